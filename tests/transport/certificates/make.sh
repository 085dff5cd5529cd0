#!/bin/sh
# Makes the certificates of the tests anew: valid from 2000 to 2100, but for the one that has expired.
set -eu
cd "$(dirname "$0")"
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
touch "$made/index"
cat > "$made/ca.cnf" <<END
[ca]
default_ca = tests
[tests]
database = $made/index
new_certs_dir = $made
rand_serial = yes
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
[server]
subjectAltName = IP:127.0.0.1, DNS:localhost
[elsewhere]
subjectAltName = DNS:elsewhere.example
[client]
extendedKeyUsage = clientAuth
END
signed() { # NAME SECTION END [OPTIONS...]
    name=$1; section=$2; end=$3; shift 3
    openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$made/$name.key"
    openssl req -new -key "$made/$name.key" -subj "/CN=$name" -out "$made/$name.csr"
    openssl ca -batch -notext -config "$made/ca.cnf" -extensions "$section" -startdate 20000101000000Z -enddate "$end" \
        -in "$made/$name.csr" -out "$made/$name.crt" "$@"
}
by_authority="-cert $made/authority.crt -keyfile $made/authority.key"
signed authority authority 21000101000000Z -selfsign -keyfile "$made/authority.key"
signed server server 21000101000000Z $by_authority
signed elsewhere elsewhere 21000101000000Z $by_authority
signed expired server 20010101000000Z $by_authority
signed client client 21000101000000Z $by_authority
openssl pkey -in "$made/client.key" -aes128 -passout pass:secret -out client.locked.key
cp "$made/authority.crt" authority.pem
cp "$made/client.crt" "$made/client.key" .
for name in server elsewhere expired client; do cat "$made/$name.key" "$made/$name.crt" > "$name.pem"; done
