"""How many tasks of a service run where."""

from fractions import Fraction


class Strategy:
    def __init__(self, items):
        self.bases = {one["capacityProvider"]: one.get("base", 0) for one in items}
        self.weights = {one["capacityProvider"]: one.get("weight", 0) for one in items}

    def share(self, provider, rest):
        return int(Fraction(self.weights[provider], sum(self.weights.values())) * rest)


def spread(desired, strategy):
    known = Strategy(strategy)
    rest = max(0, desired - sum(known.bases.values()))
    return {
        name: min(desired, base) + known.share(name, rest) for name, base in known.bases.items()
    }
