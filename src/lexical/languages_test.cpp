// What a speaker of a language expects: which form of a word finds which, and which does not.

#include <gtest/gtest.h>

#include <algorithm>

#include "lexical/query.h"
#include "lexical/tokens_for_tests.h"

namespace vicinal::lexical {
namespace {

/// True if every clause of the query has one of its keys, or of a phrase all in a row, in the text. The query is asked
/// as of a collection in several languages.
bool finds(std::string_view query_text, std::string_view text, std::string_view language, std::string_view spec = "") {
  const Analyzer analyzer = make_analyzer(spec);
  TokenStream tokens;
  analyzer.analyze(text, language, tokens);
  const auto has = [&](const ClauseTerm& term, uint32_t position, bool prefix) {
    return std::ranges::any_of(tokens.tokens(), [&](const Token& token) {
      const std::string_view key = tokens.key(token);
      const bool here = position == UINT32_MAX || token.position == position;
      return here && std::ranges::any_of(term.keys,
                                         [&](const std::string& k) { return prefix ? key.starts_with(k) : key == k; });
    });
  };
  const std::vector<std::string> languages = {"", std::string(language), "en", "de"};
  const Query query = resolve(parse_query(query_text), analyzer, languages);
  return !query.clauses.empty() && std::ranges::all_of(query.clauses, [&](const Clause& clause) {
    if (clause.terms.size() == 1) return has(clause.terms[0], UINT32_MAX, clause.match == Match::prefix);
    for (uint32_t start = 0; start < tokens.next_position(); ++start)
      if (std::ranges::all_of(clause.terms,
                              [&](const ClauseTerm& term) { return has(term, start + term.offset, false); }))
        return true;
    return false;
  });
}

struct Expectation {
  const char* language;
  const char* query;
  const char* found;
  const char* not_found;
};

constexpr Expectation kExpectations[] = {
    {"en", "running dogs", "The dog runs home.", "The cat runs home."},
    {"en", "children's", "A child's toys, the children’s room", "A childish room"},
    {"en", "naive café", "naïve guests of the cafe", "navy guests of the cave"},
    {"de", "Häuser", "Das Haus am See", "Die Hose am See"},
    {"de", "hauser", "Viele Häuser", "Viele Hosen"},
    {"de", "Straße", "Die Strassen der Stadt", "Die Strände der Stadt"},
    {"de", "Bücher lesen", "Wer ein Buch liest, und lesen kann, hat Bücher", "Die Buche wächst"},
    {"fr", "cheval", "Le cheval de l'homme", "Le chemin de l'homme"},
    {"fr", "homme", "L'homme que l’État oublie", "La femme que l’État oublie"},
    {"fr", "etats", "L'état des lieux", "L'été des lieux"},
    {"es", "canciones", "Una canción de cuna", "Un cancionero"},
    {"es", "nino", "Los niños juegan", "Los nidos quedan"},
    {"it", "acqua", "Un bicchiere dell'acqua fresca", "Un bicchiere di vino"},
    {"it", "ragazze", "La ragazza legge", "La ragione vince"},
    {"pt", "cidades", "A cidade antiga", "A cidadela antiga"},
    {"nl", "huizen", "De huizen, het huiz", "De huid"},
    {"nl", "boeken", "Een boek lezen", "Een bok lezen"},
    {"sv", "bilarna", "En bil på vägen", "En bild på väggen"},
    {"da", "husene", "Et hus ved søen", "En hund ved søen"},
    {"no", "bilene", "En bil på veien", "Et bilde på veggen"},
    {"fi", "taloissa", "Vanha talo", "Vanha tamma"},
    {"ru", "книги", "Он читает книгу", "Он читает письмо"},
    {"ru", "еж", "Ёж в лесу", "Уж в лесу"},
    {"tr", "kitaplar", "Bir kitap okudum", "Bir kapı açtım"},
    {"tr", "ISPARTA", "ısparta gülü", "sparta gülü"},
    {"tr", "İstanbul", "istanbul'da hava", "instagram'da hava"},
    {"el", "άνθρωποι", "Ένας άνθρωπος", "Ένας άντρας"},
    {"el", "ΟΔΟΣ", "Η οδός Ερμού", "Η άνοδος"},
    {"ar", "الكتب", "هذه كتب جديدة", "هذه بيوت جديدة"},
    {"ar", "مدرسه", "مَدْرَسَة كبيرة", "مدينة كبيرة"},
    {"hi", "लड़कों", "एक लड़के ने कहा", "एक लड़ाई हुई"},
    {"hu", "házak", "A ház előtt", "A hát előtt"},
    {"ro", "cărți", "O carti veche: cărți", "O curte veche"},
    {"pl", "łódź", "lodz i Łódź", "łód"},
    {"cs", "Plzeň", "plzen a pivo", "plsen a pivo"},
    {"vi", "Việt Nam", "nước Viet Nam", "nước Lào"},
    {"vi", "đường", "duong pho", "dung pho"},
    {"he", "שלום", "שָׁלוֹם עולם", "שולם עולם"},
    {"uk", "м'яч", "м’яч у грі", "меч у грі"},
    {"zh", "全文检索", "支持全文检索的系统", "全国文化检查"},
    {"zh", "北京", "我爱北京天安门", "我爱南京"},
    {"zh", "猫", "一只猫和一只狗。我爱猫", "一只狗"},
    {"ja", "検索", "全文検索エンジン", "全文探索エンジン"},
    {"ja", "データ", "ﾃﾞｰﾀベース", "デートスポット"},
    {"ja", "犬", "犬が好きです", "猫が好きです"},
    {"ko", "데이터", "데이터베이스를 검색", "데이트를 검색"},
    {"ko", "한국어", "한국어를 배우다", "한국인을 만나다"},
    {"th", "ภาษาไทย", "ฉันเรียนภาษาไทยทุกวัน", "ฉันเรียนภาษาลาวทุกวัน"},
    {"km", "ភាសា", "ភាសាខ្មែរ", "ប្រទេស"},
    {"lo", "ພາສາ", "ພາສາລາວ", "ປະເທດ"},
};

TEST(Languages, FormsOfAWordFindEachOther) {
  for (const Expectation& e : kExpectations) {
    EXPECT_TRUE(finds(e.query, e.found, e.language)) << e.language << ": " << e.query << " in " << e.found;
    EXPECT_FALSE(finds(e.query, e.not_found, e.language)) << e.language << ": " << e.query << " in " << e.not_found;
  }
}

TEST(Languages, PhrasesWorkInScriptsWithoutSpaces) {
  EXPECT_TRUE(finds("\"全文検索\"", "高速な全文検索エンジン", "ja"));
  EXPECT_FALSE(finds("\"全文検索\"", "全文の検索、文検、全文", "ja"));
  EXPECT_TRUE(finds("+ภาษาไทย", "ฉันเรียนภาษาไทยทุกวัน", "th"));
  EXPECT_TRUE(finds("\"데이터베이스 검색\"", "데이터베이스 검색", "ko"));
}

TEST(Languages, AForeignWordIsFoundAsItIsWritten) {
  EXPECT_TRUE(finds("computers", "Наши computers работают", "ru"));
  EXPECT_TRUE(finds("компьютер", "The word компьютер means computer", "en"));
  EXPECT_FALSE(finds("computer", "Наши computers работают", "ru"));  // not stemmed there
}

TEST(Languages, IcuWordsFindEachOther) {
  EXPECT_TRUE(finds("ภาษาไทย", "ฉันเรียนภาษาไทยทุกวัน", "th", "unicode segment=icu"));
  EXPECT_TRUE(finds("検索", "全文検索エンジン", "ja", "unicode segment=icu"));
}

}  // namespace
}  // namespace vicinal::lexical
