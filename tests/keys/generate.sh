#!/bin/sh
# Generates every key in this folder. The keys are only for tests: none gives access to anything.
# Needs ssh-keygen, openssl and python3.
set -eu
cd "$(dirname "$0")"
rm -f ./*.pem ./*.pub ./*.ppk ./*.txt ./*.json ./*.der ./*.yaml ./*.html ./*.env ./*.xml

# The format that the service asks for, and other valid texts.
ssh-keygen -q -t rsa -b 2048 -m PEM -N '' -C project -f right.pem
ssh-keygen -q -t rsa -b 3072 -m PEM -N '' -C project -f bits_3072.pem
ssh-keygen -q -t rsa -b 4096 -m PEM -N '' -C project -f bits_4096.pem
ssh-keygen -q -t rsa -b 2048 -m PEM -N '' -C project -f other.pem
rm bits_3072.pem.pub bits_4096.pem.pub
mv right.pem.pub right.pub
mv other.pem.pub other.pub

# Other formats of the same key.
convert() { cp right.pem "$1"; chmod 600 "$1"; }
convert openssh.pem;           ssh-keygen -q -p -N '' -f openssh.pem >/dev/null
ssh-keygen -q -c -C alice@laptop -f openssh.pem >/dev/null
rm openssh.pem.pub
convert openssh_encrypted.pem; ssh-keygen -q -p -N secret -f openssh_encrypted.pem >/dev/null
convert encrypted.pem;         ssh-keygen -q -p -m PEM -N secret -f encrypted.pem >/dev/null
openssl pkcs8 -topk8 -nocrypt -in right.pem -out pkcs8.pem
openssl pkcs8 -topk8 -passout pass:secret -in right.pem -out pkcs8_encrypted.pem

# Other algorithms, and things that are not private keys.
ssh-keygen -q -t ed25519 -N '' -C project -f ed25519.pem
ssh-keygen -q -t ecdsa -m PEM -N '' -C project -f ec.pem
mv ed25519.pem.pub ed25519.pub
rm ec.pem.pub
openssl genpkey -algorithm ed25519 -out pkcs8_ed25519.pem 2>/dev/null
openssl genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 -out pkcs8_pss.pem 2>/dev/null
ssh-keygen -q -t dsa -m PEM -N '' -C project -f dsa.pem
rm dsa.pem.pub
openssl rsa -in right.pem -pubout -out spki.pub 2>/dev/null
openssl rsa -in right.pem -RSAPublicKey_out -out pkcs1.pub 2>/dev/null
ssh-keygen -e -f right.pub > rfc4716.pub
openssl req -new -x509 -key right.pem -subj /CN=project -days 30 -out certificate.pem
openssl req -new -key right.pem -subj /CN=project -out request.pem
ssh-keygen -lf right.pub > fingerprint.txt
ssh-keygen -l -E md5 -f right.pub > fingerprint_md5.txt
openssl rsa -in right.pem -traditional -outform DER -out right.der 2>/dev/null
{ printf 'command="git-shell -c \\"$SSH_ORIGINAL_COMMAND\\"",no-pty '; cat right.pub; } > authorized_keys.pub
{ printf 'github.com '; cat other.pub; } | cut -d' ' -f1-3 > host_key.pub
printf '[{"id":1,"key":"%s","title":"build","read_only":true}]\n' "$(cut -d' ' -f1,2 right.pub)" > github.json
{ printf 'PuTTY-User-Key-File-3: ssh-rsa\nEncryption: none\nComment: project\nPublic-Lines: 1\n'
  cut -d' ' -f2 right.pub; printf 'Private-Lines: 1\nAAAA\nPrivate-MAC: 00\n'; } > putty.ppk

# The valid key in a damaged text.
body() { sed '1d;$d' right.pem; }
begin='-----BEGIN RSA PRIVATE KEY-----'
end='-----END RSA PRIVATE KEY-----'
sed 's/$/\r/' right.pem > crlf.pem
tr '\n' '\r' < right.pem > cr.pem
printf '\357\273\277' | cat - right.pem > bom.pem
iconv -f utf-8 -t utf-16 right.pem > utf16.pem
sed 's/^/  /' right.pem > indented.pem
sed 's/^/> /' right.pem > quoted.pem
sed ':a;N;$!ba;s/\n/\\n/g' right.pem | tr -d '\n' > escaped.pem
tr '\n' ' ' < right.pem > one_line.pem
{ echo "$begin"; body | tr -d '\n'; echo; echo "$end"; } > body_on_one_line.pem
{ echo "$begin"; body | tr -d '\n' | fold -w 76; echo; echo "$end"; } > width_76.pem
{ echo "$begin"; body | sed '3s/$/\n/'; echo "$end"; } > blank_line.pem
sed 's/$/  /' right.pem > trailing_blanks.pem
printf '%s' "$(cat right.pem)" > no_final_line_end.pem
{ echo 'The key of the build:'; cat right.pem; } > text_before.pem
cat right.pem right.pub > text_after.pem
cat right.pem right.pem > twice.pem
cat right.pem other.pem > two_keys.pem
cat right.pem certificate.pem > with_certificate.pem
sed 1d right.pem > no_begin.pem
sed '$d' right.pem > no_end.pem
body > bare.pem
sed 's/-----/----/g' right.pem > four_dashes.pem
sed 's/-----/———/g' right.pem > em_dashes.pem
sed 's/BEGIN RSA PRIVATE KEY/begin rsa private key/;s/END RSA PRIVATE KEY/end rsa private key/' right.pem > lower_case.pem
sed 's/RSA PRIVATE KEY/RSAPRIVATEKEY/' right.pem > label_without_blanks.pem
sed '$s/RSA PRIVATE/PRIVATE/' right.pem > labels_differ.pem
sed 's/RSA PRIVATE/PRIVATE/' right.pem > pkcs1_called_pkcs8.pem
sed 's/BEGIN PRIVATE/BEGIN RSA PRIVATE/;s/END PRIVATE/END RSA PRIVATE/' pkcs8.pem > pkcs8_called_pkcs1.pem
{ echo "$begin"; body | sed '$d'; echo "$end"; } > truncated.pem
{ echo "$begin"; body | sed 5d; echo "$end"; } > line_lost.pem
sed '4s/^...../&\xc2\xa0/' right.pem > no_break_space.pem
sed '4s/^...../&*/' right.pem > star.pem
sed '/-----/!{y#+/#-_#}' right.pem > base64url.pem
: > empty.pem
printf '/home/alice/.ssh/id_rsa\n' > path.txt
head -c 66000 /dev/zero | tr '\0' 'A' > too_long.txt

# The valid key wrapped in something else, as people paste it.
b64() { base64 -w 0 "$@"; }
escaped() { awk '{ printf "%s\\n", $0 }' right.pem; }
b64 right.pem > base64.txt
base64 -w 76 right.pem > base64_wrapped.txt
b64 right.pem | b64 > base64_twice.txt
b64 right.pem | tr '+/' '-_' | tr -d '=' > base64url.txt
b64 openssh.pem > base64_openssh.txt
b64 encrypted.pem > base64_encrypted.txt
b64 right.pub > base64_public.txt
iconv -f utf-8 -t utf-16 right.pem | b64 > base64_utf16.txt
gzip -nc right.pem | b64 > base64_gzip.txt
od -An -v -tx1 right.pem | tr -d ' \n' > hex.txt
{ echo "$begin"; b64 right.pem | fold -w 64; echo; echo "$end"; } > base64_between.txt
printf '{\n  "type": "deploy_key",\n  "private_key": "%s",\n  "title": "build"\n}\n' "$(escaped | sed 's/\\n$//')" > in_json.json
printf '{"name": "id_rsa", "encoding": "base64", "content": "%s"}\n' "$(b64 right.pem)" > in_json_base64.json
{ printf 'deploy:\n  key: |\n'; sed 's/^/    /' right.pem; printf '  branch: main\n'; } > in_yaml.yaml
printf 'deploy:\n  key: "%s"\n' "$(escaped)" > in_yaml_quoted.yaml
printf 'export SSH_PRIVATE_KEY="%s"\nOTHER=1\n' "$(escaped)" > in_variable.env
printf 'SSH_PRIVATE_KEY=%s\n' "$(b64 right.pem)" > in_variable_base64.env
secret='apiVersion: v1\nkind: Secret\nmetadata:\n  name: git\ntype: kubernetes.io/ssh-auth\n'
{ printf "$secret"'data:\n  ssh-privatekey: '; b64 right.pem; printf '\n  known_hosts: %s\n' "$(b64 host_key.pub)"; } > in_secret.yaml
{ printf "$secret"'stringData:\n  ssh-privatekey: |\n'; sed 's/^/    /' right.pem; } > in_secret_text.yaml
printf '{"apiVersion": "v1", "kind": "Secret", "data": {"ssh-privatekey": "%s"}}\n' "$(b64 right.pem)" > in_secret.json
printf 'data:application/x-pem-file;base64,%s\n' "$(b64 right.pem)" > data_uri.txt
{ echo "$begin"; body | sed 's/=/=3D/g; 5s/^\(.\{20\}\)/\1=\n/'; echo "$end"; } > quoted_printable.txt
{ printf '<html><body><pre><code>'; cat right.pem; printf '</code></pre></body></html>\n'; } > in_html.html
sed 's/+/\&#43;/g; s|/|\&#x2F;|g; s/$/<br>/' right.pem > entities.html
{ printf '<com.cloudbees.Key>\n  <privateKey>'; sed 's/$/\&#xd;/' right.pem; printf '</privateKey>\n</com.cloudbees.Key>\n'; } > jenkins.xml
python3 -c 'import sys, urllib.parse; print(urllib.parse.quote(sys.stdin.read(), safe=""))' < right.pem > percent_encoded.txt
python3 -c 'import sys, urllib.parse; print("key=" + urllib.parse.quote_plus(sys.stdin.read()))' < right.pem > form_encoded.txt
sed '/-----/!y/+/ /' right.pem > lost_plus.txt
sed 's/^-----BEGIN RSA/-----BEGIN\xc2\xa0RSA/; s/^-----END RSA/-----END\xc2\xa0RSA/' right.pem > label_no_break_space.txt
sed '/-----/s/-/\xef\xbc\x8d/g' right.pem > full_width_dashes.txt
printf '\342\200\213' | cat - right.pem > zero_width_before.txt
iconv -f utf-8 -t utf-32 right.pem > utf32.txt

# Texts in place of a key.
printf '${{ secrets.SSH_PRIVATE_KEY }}\n' > placeholder.txt
printf '$SSH_KEY\n' > placeholder_variable.txt
printf '***\n' > placeholder_masked.txt
printf 'null\n' > placeholder_null.txt
printf 'op://build/deploy key/private key\n' > secret_reference.txt
printf '$ANSIBLE_VAULT;1.1;AES256\n62313365396662343061393464336163383764373764613633653634306231386433626436623361\n' > ansible_vault.txt
printf 'key: ENC[AES256_GCM,data:AAAA,iv:AAAA,tag:AAAA,type:str]\nsops:\n  version: 3.9.0\n' > sops.yaml
printf 'apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nspec:\n  encryptedData:\n    key: AgBAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==\n' > sealed_secret.yaml
printf '\000GITCRYPT\000AAAAAAAAAAAAAAAA' > git_crypt.txt
printf 'version https://git-lfs.github.com/spec/v1\noid sha256:%064d\nsize 1675\n' 0 > lfs_pointer.txt
printf '<!DOCTYPE html>\n<html><head><title>404 Not Found</title></head></html>\n' > error_page.html
printf '{"message": "404 Project Not Found"}\n' > error_page.json
printf '<RSAKeyValue><Modulus>AQAB</Modulus><Exponent>AQAB</Exponent></RSAKeyValue>\n' > xml_key.xml

# Bytes that are not a valid key.
pem() { echo "$begin"; base64 -w 64; echo "$end"; }
{ cat right.der; printf '\005\000'; } | pem > trailing_bytes.pem
{ head -c 6 right.der; printf '\002'; tail -c +8 right.der; } | pem > version_2.pem

# Inconsistent numbers.
python3 numbers.py right.pem
chmod 600 ./*.pem
