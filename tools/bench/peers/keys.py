"""pyca's and badkeys' checks of the named keys, with the protocol of `src/helper.rs`."""

import sys
import time

import badkeys
from cryptography.hazmat.primitives.serialization import load_pem_private_key

KEYS = []
for path in sys.argv[2:]:
    with open(path, "rb") as file:
        KEYS.append(file.read())

# The list of known keys is a download of its own, and none of what is compared.
CHECKS = [name for name in badkeys.checks.defaultchecks if name != "blocklist"]


def pyca(key):
    load_pem_private_key(key, None)


def pyca_unchecked(key):
    load_pem_private_key(key, None, unsafe_skip_rsa_key_validation=True)


def detect_and_check(key):
    badkeys.detectandcheck(key.decode(), checks=CHECKS)


CONTENDERS = {
    "loads": {"pyca, validation skipped": pyca_unchecked},
    "checks": {"pyca load_pem_private_key": pyca, "badkeys detectandcheck": detect_and_check},
}[sys.argv[1]]

print("\t".join(CONTENDERS), flush=True)
WORK = list(CONTENDERS.values())
for line in sys.stdin:
    contender, passes = map(int, line.split())
    begin = time.process_time_ns()
    for _ in range(passes):
        for key in KEYS:
            WORK[contender](key)
    print(time.process_time_ns() - begin, flush=True)
