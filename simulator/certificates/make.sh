#!/bin/sh
# Makes the certificates of this folder anew: sh make.sh (needs openssl). For tests only; nobody should trust them.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
new_key() { openssl ecparam -name prime256v1 -genkey -noout -out "$1"; }

start=20250101000000Z
end=20541231000000Z
: > "$work/index.txt"
cat > "$work/ca.cnf" <<END
[ca]
default_ca = this_ca
[this_ca]
database = $work/index.txt
new_certs_dir = $work
rand_serial = yes
unique_subject = no
default_md = sha256
policy = any_name
[any_name]
commonName = supplied
[authority]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
subjectKeyIdentifier = hash
END

# sign EXTENSIONS-SECTION START END FURTHER-OPTIONS...: openssl's "ca" command, for it alone sets both dates.
sign() {
  section=$1 from=$2 to=$3
  shift 3
  openssl ca -batch -notext -config "$work/ca.cnf" -extensions "$section" -startdate "$from" -enddate "$to" "$@"
}

new_key "$work/ca-key.pem"
openssl req -new -key "$work/ca-key.pem" -subj "/CN=Simulator Test CA" -out "$work/ca.csr"
sign authority "$start" "$end" -selfsign -keyfile "$work/ca-key.pem" -in "$work/ca.csr" -out ca.pem

# leaf NAME SUBJECT-ALT-NAMES START END: a server certificate signed by that authority.
leaf() {
  cat >> "$work/ca.cnf" <<END
[$1]
basicConstraints = CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = $2
END
  new_key "$1-key.pem"
  openssl req -new -key "$1-key.pem" -subj "/CN=$1.simulator.invalid" -out "$work/$1.csr"
  sign "$1" "$3" "$4" -cert ca.pem -keyfile "$work/ca-key.pem" -in "$work/$1.csr" -out "$1.pem"
}

leaf server "DNS:localhost,IP:127.0.0.1,IP:::1" "$start" "$end"
leaf expired "DNS:localhost,IP:127.0.0.1,IP:::1" 20200101000000Z 20210101000000Z
leaf wrong-name "DNS:elsewhere.simulator.invalid" "$start" "$end"

# One that nobody but itself vouches for, as programs make it for themselves when they are first started.
cat >> "$work/ca.cnf" <<END
[self-signed]
basicConstraints = CA:FALSE
subjectAltName = DNS:localhost,IP:127.0.0.1,IP:::1
END
new_key self-signed-key.pem
openssl req -new -key self-signed-key.pem -subj "/CN=self-signed.simulator.invalid" -out "$work/self-signed.csr"
sign self-signed "$start" "$end" -selfsign -keyfile self-signed-key.pem -in "$work/self-signed.csr" -out self-signed.pem

# One that vouches for itself with a key that Node.js 24 finds too weak.
cat >> "$work/ca.cnf" <<CNF
[weak]
basicConstraints = critical,CA:TRUE
subjectAltName = DNS:localhost,IP:127.0.0.1,IP:::1
CNF
openssl genrsa -out weak-key.pem 1024
openssl req -new -key weak-key.pem -subj "/CN=weak.simulator.invalid" -out "$work/weak.csr"
sign weak "$start" "$end" -selfsign -keyfile weak-key.pem -in "$work/weak.csr" -out weak.pem
