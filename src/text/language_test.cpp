#include "text/language.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace vicinal::text {
namespace {

TEST(Language, IsGuessedFromScriptOrFrequentWords) {
  const std::vector<std::pair<const char*, std::string_view>> kTexts = {
      {"en",
       "The committee has decided that the report of the working group is to be published before the end of the year."},
      {"de",
       "Der Ausschuss hat beschlossen, dass der Bericht der Arbeitsgruppe noch vor dem Ende des Jahres veröffentlicht "
       "wird."},
      {"fr",
       "Le comité a décidé que le rapport du groupe de travail sera publié avant la fin de l'année et dans les deux "
       "langues."},
      {"es",
       "El comité ha decidido que el informe del grupo de trabajo se publique antes de que termine el año y en las dos "
       "lenguas."},
      {"ru", "Комитет решил, что отчёт рабочей группы будет опубликован до конца года и что он не будет изменён."},
      {"ja", "委員会は作業部会の報告書を年末までに公表することを決定しました。これからも続けます。"},
      {"ko", "위원회는 작업반의 보고서를 연말까지 발표하기로 결정했습니다."},
      {"el", "Η επιτροπή αποφάσισε ότι η έκθεση της ομάδας εργασίας θα δημοσιευθεί πριν από το τέλος του έτους."},
  };
  for (const auto& [code, text] : kTexts) EXPECT_EQ(guess_language(text), code) << text;
}

TEST(Language, IsNotGuessedWithoutEnoughText) {
  for (const char* text : {"", "ok", "42 + 17 = 59", "x_1 <- f(y)"}) EXPECT_EQ(guess_language(text), "") << text;
}

TEST(Language, HasANameWhereOneIsKnown) {
  EXPECT_EQ(language_name("de"), "German");
  EXPECT_EQ(language_name("zz"), "zz");
}

}  // namespace
}  // namespace vicinal::text
