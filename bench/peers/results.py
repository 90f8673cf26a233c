"""What was measured: model, profile and engine to one measurement a round."""
import statistics

import engines

QUERY_TOKENS = 16


def speed(measurement):
    """Real tokens per second of CPU time."""
    if "p50_ms" in measurement:
        return QUERY_TOKENS / measurement["p50_ms"] * 1e3
    return measurement["tokens"] / measurement["cpu_seconds"]


class Results:
    def __init__(self):
        self.measured, self.versions, self.parity, self.notes = {}, {}, {}, []
        self.engines = {}  # by name, in the order of the table

    def note(self, text):
        self.notes.append(text)

    def add(self, model, profile, engine, number, measurement):
        self.engines[engine.name] = engine
        self.measured.setdefault(model, {}).setdefault(profile, {}).setdefault(engine.name, {})[number] = measurement

    def speeds(self, model, profile, name):
        """By round; empty when it was not measured."""
        return {number: speed(m) for number, m in self.measured.get(model, {}).get(profile, {}).get(name, {}).items()}

    def median(self, model, profile, name):
        speeds = self.speeds(model, profile, name).values()
        return statistics.median(speeds) if speeds else None

    def peers(self, model, profile, precision):
        measured = self.measured.get(model, {}).get(profile, {})
        return [name for name in measured if not self.engines[name].is_ours and self.engines[name].precision == precision]

    def fastest_peer(self, model, profile, precision):
        peers = self.peers(model, profile, precision)
        return max(peers, key=lambda name: self.median(model, profile, name)) if peers else None

    def is_followed(self, model, profile, engine, number, share):
        """All in the first round; then ours, and the peers near the fastest."""
        if number == 0 or engine.is_ours:
            return True
        own = self.median(model, profile, engine.name)
        return own is not None and own >= share * self.median(model, profile, self.fastest_peer(model, profile, engine.precision))

    def ratios(self, model, profile, ours, other):
        """Of the rounds that measured both, in those rounds."""
        a, b = self.speeds(model, profile, ours), self.speeds(model, profile, other)
        return [a[number] / b[number] for number in sorted(a.keys() & b.keys())]
