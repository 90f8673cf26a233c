// Function words, in lower case, separated by spaces: articles, prepositions, conjunctions, pronouns, auxiliary verbs.
// Negations and words that only ask (who, why) stay in texts: what a person looks for may hang on them. lucene33 is the
// list of Lucene's EnglishAnalyzer (org.apache.lucene.analysis.en, ENGLISH_STOP_WORDS_SET), which published BM25 figures
// are made with.
constexpr StopWordRow kStopWordRows[] = {
    {"lucene33", "a an and are as at be but by for if in into is it no not of on or such that the their then there these "
                 "they this to was will with"},
    {"en", "a an the and or but if than that this these those of in on at to from by for with into onto as it its he she "
           "they them their his her him we us our you your i me my is are was were be been being am do does did has have "
           "had having will would shall should can could may might must so such there then also"},
    {"de", "der die das den dem des ein eine einen einem einer eines und oder aber denn sondern in im an am auf aus bei "
           "beim mit nach von vom zu zum zur für über unter vor durch um als wie dass daß ob ich du er sie es wir ihr mich "
           "dich sich uns euch ihm ihn ihnen mein dein sein unser euer ist sind war waren bin bist seid wird werden wurde "
           "wurden hat haben hatte hatten auch noch so da"},
    {"fr", "le la les un une des du de au aux et ou mais donc car ni en dans sur sous par pour avec à ce cet cette ces "
           "il elle ils elles je tu nous vous on se me te lui leur leurs son sa ses mon ma mes ton ta tes notre nos "
           "votre vos que qui est sont était étaient être été ai as a avons avez ont avait avaient avoir eu y"},
    {"es", "el la los las lo un una unos unas y e o u pero de del a al en con por para sin sobre entre desde hasta que "
           "se su sus mi mis tu tus nuestro nuestra me te le les nos os yo él ella ellos ellas este esta estos estas ese "
           "esa esos esas es son era eran fue fueron ser ha han había haber está están estaba como"},
    {"it", "il lo la i gli le un uno una e ed o ma di del dello della dei degli delle a al allo alla ai agli alle da dal "
           "dallo dalla dai dagli dalle in nel nello nella nei negli nelle con su sul sullo sulla sui sugli sulle per tra "
           "fra che si se mi ti ci vi lui lei noi voi loro mio mia tuo tua suo sua questo questa è sono era erano essere "
           "ha hanno aveva avere anche"},
    {"pt", "o a os as um uma uns umas e ou mas de do da dos das em no na nos nas por pelo pela pelos pelas para com sem "
           "sobre entre até ao à aos às que se me te lhe lhes eu tu ele ela eles elas nós vós seu sua seus suas meu minha "
           "este esta esse essa isso isto é são era eram foi foram ser está estão estava há tem têm tinha como"},
    {"nl", "de het een en of maar want dus in op aan van uit bij met naar voor door over onder tot te om als dat die dit "
           "deze er hij zij ze wij we jij je ik mij me hem haar hen hun ons u zijn is was waren wordt worden werd werden "
           "heeft hebben had hadden ook"},
    {"sv", "en ett den det de och eller men i på av till från för med vid om under över att som jag du han hon vi ni dem "
           "mig dig sig oss er min din sin vår är var vara blev bli blir har hade ha ska skall skulle så också"},
    {"da", "en et den det de og eller men i på af til fra for med ved om under over at som jeg du han hun vi dem mig dig "
           "sig os min din sin vores er var være blev bliver har havde have skal skulle så også der"},
    {"no", "en ei et den det de og eller men i på av til fra for med ved om under over at å som jeg du han hun vi dere "
           "dem meg deg seg oss min din sin vår er var være ble blir har hadde ha skal skulle så også der"},
    {"fi", "ja tai mutta että jos kun kuin on ovat oli olivat olla ole olen olet olemme olette minä sinä hän me te he se "
           "ne tämä tuo nämä nuo joka jotka sen sitä sekä myös niin"},
    {"ru", "и а но или да в во на с со к ко у о об от до из за по под над при для без через между что чтобы как так же "
           "бы ли то это этот эта эти тот та те я ты он она оно мы вы они его её ее их ему ей им меня мне тебя тебе нас "
           "нам вас вам себя быть был была было были есть будет"},
    {"uk", "і й та а але або в у на з із зі до від за по під над при для без через між що щоб як так же би чи то це цей "
           "ця ці той я ти він вона воно ми ви вони його її їх йому їй їм мене мені тебе нас нам вас вам себе бути був "
           "була було були є буде"},
    {"pl", "i a ale lub albo w we na z ze do od za po pod nad przy dla bez przez między o u że żeby jak tak to ten ta te "
           "tego tej tym tych ja ty on ona ono my wy oni one jego jej ich mu im mnie mi ciebie nas nam was wam się jest "
           "są był była było były być będzie"},
    {"cs", "a i ale nebo v ve na z ze do od za po pod nad při pro bez přes mezi o u k ke s se si že aby jak tak to ten ta "
           "ty já on ona ono my vy oni jeho její jejich mu mně mě tě nás nám vás vám je jsou byl byla bylo byli být bude"},
    {"tr", "ve veya ile bir bu şu o da de ki için gibi kadar ama ben sen biz siz onlar ise olarak olan mi mı mu mü"},
    {"el", "ο η το οι τα του της των τον την τους τις ένας μια ένα και ή αλλά σε στο στη στην στον στα στους στις από με "
           "για ως που ότι να θα αυτός αυτή αυτό είναι ήταν έχει έχουν εγώ εσύ εμείς εσείς μου σου μας σας"},
    {"ro", "un o unui unei și sau dar în din de la cu pe pentru prin între că să ca care este sunt era erau fi fost a au "
           "am ai el ea ei ele eu tu noi voi lui lor său sa acest această se își îi îl le mai"},
    {"hu", "a az egy és vagy de hogy is ez ezt azt aki ami én te ő mi ti ők van vannak volt voltak lesz meg"},
    {"id", "dan atau tetapi di ke dari pada untuk dengan oleh dalam yang ini itu adalah saya aku kamu dia kami kita "
           "mereka akan telah sudah juga"},
    {"vi", "và hoặc nhưng của ở trong trên cho với từ đến là thì mà các những một này đó tôi bạn anh chị họ nó đã sẽ đang "
           "được bị cũng"},
    {"ar", "و أو في من إلى على عن مع هذا هذه ذلك تلك التي الذي الذين أن إن كان كانت هو هي هم نحن أنا أنت ثم قد"},
    {"hi", "और या में से को का के की पर ने यह वह ये वे है हैं था थी थे हो हूँ मैं तुम आप हम भी तो ही कि जो"},
};
