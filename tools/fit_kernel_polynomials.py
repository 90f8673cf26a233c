#!/usr/bin/env python3
"""Prints the polynomial coefficients of src/kernels/*/maths.inl, and the largest error each fit leaves.

Method: weighted minimax by Lawson's iteration (C. L. Lawson, 1961) on a Chebyshev grid, in mpmath.

  exp2     2^r on [0, 1], relative error; a second, shorter one for probabilities that become bf16
  exp      e^r on [-ln 2 / 2, ln 2 / 2], relative error
  erf      P(a) = log2(Phi(-a)), Phi the normal distribution function: GELU(x) = max(x, 0) - |x| 2^P(|x|)
  tanh     P(a) = log2(sigmoid(-2 u(a))), u(a) = sqrt(2 / pi) (a + 0.044715 a^3), GELU of the same form
The last two weigh errors of P by ln 2 * 2^P, so that the error of 2^P itself is level.
"""
import mpmath as mp

mp.mp.dps = 40


def lawson(function, weight, low, high, degree, constant=None, points=240, rounds=80):
    xs = [(low + high) / 2 + (high - low) / 2 * mp.cos(mp.pi * (i + mp.mpf(1) / 2) / points) for i in range(points)]
    target = [function(x) - (constant or 0) for x in xs]
    scale = [weight(x) for x in xs]
    lawson_weight = [mp.mpf(1) / points] * points
    first = 0 if constant is None else 1
    powers = [[x ** k for k in range(first, degree + 1)] for x in xs]
    best = None
    for _ in range(rounds):
        size = degree + 1 - first
        normal, right = mp.zeros(size), mp.zeros(size, 1)
        for i in range(points):
            w = lawson_weight[i] * scale[i] ** 2
            for r in range(size):
                right[r] += w * powers[i][r] * target[i]
                for c in range(r, size):
                    normal[r, c] += w * powers[i][r] * powers[i][c]
        for r in range(size):
            for c in range(r):
                normal[r, c] = normal[c, r]
        solution = list(mp.lu_solve(normal, right))
        errors = [abs(sum(a * p for a, p in zip(solution, powers[i])) - target[i]) * scale[i] for i in range(points)]
        if best is None or max(errors) < best[0]:
            best = (max(errors), ([] if constant is None else [mp.mpf(constant)]) + solution)
        lawson_weight = [w * (e + mp.mpf(10) ** -30) for w, e in zip(lawson_weight, errors)]
        total = sum(lawson_weight)
        lawson_weight = [w / total for w in lawson_weight]
    return best


def show(name, fit):
    print(f"{name}: error {mp.nstr(fit[0], 3)}")
    for power, coefficient in enumerate(fit[1]):
        print(f"  [{power}] {mp.nstr(coefficient, 10)}F")


def log2_phi(a):
    return mp.log(mp.erfc(a / mp.sqrt(2)) / 2, 2)


def log2_sigmoid(a):
    u = mp.sqrt(2 / mp.pi) * (a + mp.mpf("0.044715") * a ** 3)
    return -mp.log(1 + mp.exp(2 * u), 2)


def level(function):
    return lambda a: mp.log(2) * mp.mpf(2) ** function(a)


def main():
    show("exp2", lawson(lambda r: mp.mpf(2) ** r, lambda r: mp.mpf(2) ** -r, mp.mpf(0), mp.mpf(1), 5, 1))
    show("exp2, short", lawson(lambda r: mp.mpf(2) ** r, lambda r: mp.mpf(2) ** -r, mp.mpf(0), mp.mpf(1), 3, 1))
    end = mp.log(2) / 2
    show("exp", lawson(mp.exp, lambda r: mp.exp(-r), -end, end, 6, 1))
    show("erf", lawson(log2_phi, level(log2_phi), mp.mpf(0), mp.mpf("5.4"), 8, -1))
    show("tanh", lawson(log2_sigmoid, level(log2_sigmoid), mp.mpf(0), mp.mpf("5.0"), 9, -1))


if __name__ == "__main__":
    main()
