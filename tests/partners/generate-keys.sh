#!/bin/sh
# Makes the THROW-AWAY keys of the submissions in this folder. They are committed, so that every run of the tests sees
# the same bytes; run this only to add a key or to replace all of them.
set -eu
cd "$(dirname "$0")"

rsa() { # file, bits, format, passphrase
    rm -f "$1" "$1.pub"
    ssh-keygen -q -t rsa -b "$2" -m "$3" -N "${4-}" -C throw-away -f "$1"
}

rsa acme/deploy_key.pem 2048 PEM
mv acme/deploy_key.pem.pub acme/deploy_key.pub

rsa first-try/id_rsa 2048 RFC4716
rm first-try/id_rsa.pub

rsa encrypted-key/deploy_key.pem 2048 PEM throw-away
rm encrypted-key/deploy_key.pem.pub

rsa public-with-key/deploy_key.pem 2048 PEM
rm public-with-key/deploy_key.pem.pub

rsa short-key/deploy_key.pem 1024 PEM
rm short-key/deploy_key.pem.pub

rsa pkcs8-key/deploy_key.pem 2048 PKCS8
rm pkcs8-key/deploy_key.pem.pub

rsa other-public-key/deploy_key.pem 2048 PEM
rsa other-public-key/other 2048 PEM
mv other-public-key/other.pub other-public-key/deploy_key.pub
rm other-public-key/other other-public-key/deploy_key.pem.pub

rm -f ed25519-key/deploy_key
ssh-keygen -q -t ed25519 -N "" -C throw-away -f ed25519-key/deploy_key
rm ed25519-key/deploy_key.pub

# The public half pasted in the private key's place.
cp acme/deploy_key.pub public-half-as-key/deploy_key.pem
# The right key with a URL that needs none.
cp acme/deploy_key.pem https-of-private/deploy_key.pem
# Copied without its last lines.
head -n 20 acme/deploy_key.pem > cut-key/deploy_key.pem

find . -name 'deploy_key*' -o -name id_rsa | xargs chmod 644
