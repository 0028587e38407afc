"""Keys whose numbers do not hold: one file each, made from fresh primes and the numbers of a right key."""

import base64
import random
import subprocess
import sys


def prime(bits, test=lambda candidate: True):
    while True:
        text = subprocess.run(["openssl", "prime", "-generate", "-bits", str(bits)], capture_output=True, text=True)
        candidate = int(text.stdout)
        if candidate % 65537 != 1 and test(candidate):
            return candidate


def is_prime(number):
    if any(number % small == 0 for small in range(3, 2000, 2)):
        return False
    return all(pow(base, number - 1, number) == 1 for base in (2, 3, 5, 7))


def next_prime(number):
    number |= 1
    while not is_prime(number) or number % 65537 == 1:
        number += 2
    return number


def der(tag, content):
    size = len(content)
    head = bytes([size]) if size < 128 else (lambda b: bytes([0x80 | len(b)]) + b)(size.to_bytes((size.bit_length() + 7) // 8, "big"))
    return bytes([tag]) + head + content


def integer(number):
    return der(2, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def write(name, n, e, d, p, q, dp=None, dq=None, qinv=None):
    dp = d % (p - 1) if dp is None else dp
    dq = d % (q - 1) if dq is None else dq
    qinv = pow(q, -1, p) if qinv is None else qinv
    body = b"".join(integer(number) for number in (0, n, e, d, p, q, dp, dq, qinv))
    text = base64.b64encode(der(0x30, body)).decode()
    lines = [text[at : at + 64] for at in range(0, len(text), 64)]
    lines = ["-----BEGIN RSA PRIVATE KEY-----", *lines, "-----END RSA PRIVATE KEY-----", ""]
    with open(name, "w") as file:
        file.write("\n".join(lines))


def key(name, p, q, e=65537, d=None):
    p, q = max(p, q), min(p, q)
    write(name, p * q, e, d or pow(e, -1, (p - 1) * (q - 1)), p, q)


def top(bits):
    """A beginning that gives a product of full length."""
    return 3 << (bits - 2)


p, q = prime(1024), prime(1024)
e, phi = 65537, (p - 1) * (q - 1)
d = pow(e, -1, phi)
key("bits_1024.pem", prime(512), prime(512))
key("bits_512.pem", prime(256), prime(256))
low_half = lambda: next(c for c in iter(lambda: 1 << 1023 | random.getrandbits(1021) | 1, None) if is_prime(c) and c % 65537 != 1)
key("bits_2047.pem", low_half(), low_half())
key("bits_2056.pem", prime(1028), prime(1028))
key("exponent_3.pem", prime(1024, lambda c: c % 3 == 2), prime(1024, lambda c: c % 3 == 2), e=3)
write("wrong_private_exponent.pem", p * q, e, d ^ 2, p, q, d % (p - 1), d % (q - 1))
write("wrong_crt_exponent.pem", p * q, e, d, p, q, dp=d % (p - 1) ^ 4)
write("wrong_coefficient.pem", p * q, e, d, p, q, qinv=pow(q, -1, p) ^ 8)
write("wrong_modulus.pem", p * q + 2, e, d, p, q)
write("swapped_primes.pem", p * q, e, d, q, p)
write("great_private_exponent.pem", p * q, e, d + 2 * phi, p, q)
a, b = prime(512), prime(512)
composite, rest = a * b, prime(1024)
lam = (a - 1) * (b - 1) * (rest - 1)
write("composite_prime.pem", composite * rest, e, pow(e, -1, lam), composite, rest, pow(e, -1, composite - 1) if composite % 2 else 0)
key("close_primes.pem", p, next_prime(p + (1 << 100)))
key("next_primes.pem", p, next_prime(p + 2))
key("unbalanced.pem", prime(1536), prime(512))
low = random.getrandbits(128) | 1
same = lambda: next(c for c in iter(lambda: top(1024) | random.getrandbits(894) << 128 | low, None) if is_prime(c) and c % 65537 != 1)
key("shared_low_bits.pem", same(), same())
sparse = lambda: next(c for c in iter(lambda: top(1024) | sum(1 << random.randrange(1, 1022) for _ in range(20)) | 1, None) if is_prime(c) and c % 65537 != 1)
key("low_weight.pem", sparse(), sparse())
word = random.getrandbits(64) | 1 << 63 | 1 << 62
repeated = int.from_bytes(word.to_bytes(8, "big") * 16, "big")
key("pattern.pem", next_prime(repeated), prime(1024))
small = [r for r in range(2, 168) if all(r % t for t in range(2, r))]
product = 1
for r in small:
    product *= r
def roca():
    while True:
        candidate = (top(1024) // product + random.getrandbits(790)) * product + pow(65537, random.getrandbits(60), product)
        if candidate.bit_length() == 1024 and is_prime(candidate) and candidate % 65537 != 1:
            return candidate
key("roca.pem", roca(), roca())
small_d = next(c for c in iter(lambda: random.getrandbits(500) | 1 << 499 | 1, None) if __import__("math").gcd(c, phi) == 1)
write("small_private_exponent.pem", p * q, pow(small_d, -1, phi), small_d, p, q)
right = subprocess.run(["openssl", "rsa", "-in", sys.argv[1], "-noout", "-text"], capture_output=True, text=True).stdout
first = int("".join(right.split("prime1:")[1].split("prime2:")[0].split()).replace(":", ""), 16)
key("shared_prime.pem", first, prime(1024))
