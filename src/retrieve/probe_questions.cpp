#include "retrieve/noise_floor.h"

namespace vicinal::retrieve {
namespace {

// A change moves every probe floor, and with it the figures of docs/fusion.md that kLeastStrength was chosen by.
constexpr std::string_view kProbeQuestions[] = {
    "how long should I boil eggs for a soft yolk",
    "opening hours of the public swimming pool",
    "replace the front brake pads of a bicycle",
    "winter tyre regulations for rental cars",
    "lyrics of an old folk song about the sea",
    "how to remove red wine stains from a carpet",
    "best age to start piano lessons",
    "train connections from Lisbon to Madrid",
    "pruning apple trees in early spring",
    "who won the chess championship last year",
    "difference between a lease and a sublease",
    "knitting pattern for a baby blanket",
    "how to teach a puppy to sit",
    "price of a first class stamp",
    "hotel breakfast included near the castle",
    "recipe for sourdough bread without kneading",
    "voting rights for citizens living abroad",
    "fixing a dripping kitchen tap",
    "museum of modern art ticket prices",
    "how to tie a bow tie",
    "weather forecast for the weekend in the mountains",
    "lost luggage compensation from the airline",
    "painting a wooden fence in humid weather",
    "rules of offside in football",
    "choosing a tent for four people",
    "birthday party ideas for a six year old",
    "how deep is the deepest lake",
    "unemployment benefit application form",
    "tuning a guitar by ear",
    "minimum wage for apprentices",
    "origin of the name of the city",
    "cleaning the lens of an old camera",
    "when do the clocks go back",
    "library card renewal",
    "how to change a light bulb in a car",
    "cheese that goes well with pears",
    "ferry timetable to the island",
    "parking permit for residents",
    "how do bees make honey",
    "second hand furniture market",
    "translating a birth certificate",
    "how many players are on a volleyball team",
    "hiking trail closed because of snow",
    "marathon training plan for beginners",
    "broken washing machine does not spin",
    "phone contract cancellation period",
    "castle built in the twelfth century",
    "how to fold a paper crane",
    "tax deduction for a home office",
    "local elections candidate list",
};

}  // namespace

std::span<const std::string_view> probe_questions() { return kProbeQuestions; }

}  // namespace vicinal::retrieve
