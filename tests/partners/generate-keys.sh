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

find . -name 'deploy_key*' -o -name id_rsa | xargs chmod 644
