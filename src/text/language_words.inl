// Frequent function words of each language, separated by spaces, in lower case.
constexpr LanguageWords kLanguageWords[] = {
    {"en", "the of and to in is that it was for on are with as his they be at this have from or had by not but what "
           "all were when we there can an your which their said if do will how about many then them would these has "
           "been its who did where after you he she i my me him her no just don't"},
    {"de", "der die das und in den von zu mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er "
           "hat dass sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor "
           "zur bis mehr durch man sein wurde ich du wir ihr mir mich dir was kein keine wenn hast bin"},
    {"fr", "le la les de des du et en un une est que qui dans pour par sur pas plus au avec ce il sont se ne son à "
           "cette ou aux ses mais comme nous elle été leur ont était être il je tu vous on sa ces fait c'est j'ai "
           "d'un d'une qu'il n'est l' m'a mon ma mes tout si quand très où"},
    {"es", "el la los las de que y en un una es por con para del se no su al lo como más o pero sus le ha me si sin "
           "sobre este ya entre cuando todo esta ser son dos también fue había era muy años hasta desde está yo tú él "
           "ella mi tu nos qué te eso estoy tengo hay"},
    {"it", "il lo la i gli le di a da in con su per tra e che è un una del della dei delle nel alla al non si sono "
           "come più anche ma ha questo dal sua suo loro era stato essere ai degli nella alle io tu lui lei noi mi ti "
           "ci ho hai se mio perché cosa molto quando dell' l' un' c'è"},
    {"pt", "o a os as de do da dos das em no na nos nas um uma e que é para com por não se mais como foi ao ele sua "
           "seu ou ser quando muito há já também só pelo pela até isso ela entre era depois sem mesmo são você eu tu "
           "nós me te meu minha está tem tinha isto esta este ter ele"},
    {"nl", "de het een en van in is dat op te zijn met voor niet aan er om ook als dan maar bij nog uit door naar "
           "heeft hij ze was werd wordt worden deze over tot hebben dit die kan geen of meer ik je we jij mijn wat hem "
           "haar moet heb niets wil ben hoe waar"},
    {"sv", "och i att det som en på är av för med till den har de inte om ett han men var jag sig från vi så kan när "
           "man år hon under där sin efter vid mycket skulle ut också nu finns eller hade bara du mig dig vad mitt min "
           "ska inget är mina här"},
    {"da", "og i at det er en til af på den som de med for ikke der et har var han fra om men ved sig også blev kan "
           "år efter jeg eller vil sin skal kun nu over blive være hun havde hvor du mig dig hvad hvordan min noget "
           "meget af ud hvis os jer"},
    {"no", "og i å det er en til av på den som de med for ikke et har var han fra om men ved seg også ble kan år etter "
           "jeg eller vil sin skal bare nå over bli være hun hadde hvor du meg deg hva hvordan min noe mye ut hvis oss "
           "dere fra mellom ett blir"},
    {"fi", "ja on ei että se oli hän joka mutta ovat kuin myös sen tai hänen niin kun ole jos sitä vain mitä jo minä "
           "sinä me te he olen olet minun sinun oli olla nyt mukaan kanssa vuonna jälkeen ollut sekä siitä tämä en tom "
           "minua hyvin voi mikä miksi"},
    {"pl", "i w na z że do się nie to jest jak po od za o co przez tak ale dla jego ma są który która które być oraz "
           "już tym było był była może czy tylko pod ze jej ich mnie mi ja ty on ona my tego bardzo jestem gdy niż "
           "też go ten ta kiedy"},
    {"cs", "a v se na je že s z do i o to k ve pro za by ale jako po od jsou byl byla které který jeho si tak jsem "
           "nebo podle však co není být ze při také až už jen může než roku my ty já mi mě jak když kde tom toto ten "
           "ta není jsi máš mám"},
    {"tr", "ve bir bu da de için ile çok olarak daha olan gibi kadar ne o mi var ama sonra en her ben sen biz siz "
           "onlar değil olduğu ki veya ise tarafından olduğunu diye iki bana sana onun benim göre arasında hiç şey mı "
           "mu mü yok nasıl neden bunu tom"},
    {"ro", "și în de la a cu pe nu care o din este că un mai pentru au al ale fi se prin sunt ca dar lui fost sau "
           "după cel cea ei său sa această acest fiind era între asupra foarte am ai eu tu el ea noi când fără cum "
           "într-un într-o lor astfel unei unui până"},
    {"hu", "a az és hogy nem is egy van volt ez de meg csak már el mint ki ha azt még vagy le fel minden be kell ezt "
           "ami ő aki itt lesz mert én te mi nagyon volna után között által amely szerint valamint voltak ezek során "
           "pedig vannak tom sem"},
    {"id", "yang dan di dari untuk dengan pada ini itu dalam tidak adalah ke akan oleh ada sebagai juga saya mereka "
           "bisa atau dia telah karena kami kita anda menjadi tersebut sudah lebih seperti dapat bahwa aku kamu apa "
           "para hanya satu saat antara setelah"},
    {"vi", "và của là có được trong cho không một các những người này với đã để khi từ đến cũng như tôi ông vào ra "
           "nhiều theo về năm trên đó anh sẽ bị nhưng hơn lại phải hoặc tại do bởi thì rất bạn cô họ"},
    {"ru", "и в не на я что он с это как по а но из у за от так все его же к мы ты было был для вы или бы она они "
           "то мне только если уже при до был была о том со ли есть меня чтобы ее их когда этот может быть также "
           "который которые где году нет вас"},
    {"uk", "і в не на я що він з це як по а але із у за від так все його же до ми ти було був для ви або би вона "
           "вони та є його її їх щоб про якщо вже при також який яка які після якого цього мені мене коли де чи й "
           "том під може бути тільки дуже має"},
    {"bg", "и в не на аз че той с това как по а но от за так все го се да е ще са беше или бе тя те към при до си "
           "за съм ли има като след който която които му й ми ни ви ти тук там много този тази тези може няма какво "
           "том със във бъде защо"},
    {"sr", "и у не на ја да он са то како по а али из је за од тако све га се ми ти било био су или би она они "
           "који која које као што њега њен њих након због при до сам смо сте нисам није шта где кад има мој тај ово "
           "био према између"},
};
