#include "attest/reasons.h"

/* Advice that several rows share. */
#define TAKE_WHOLE                                                        \
	"hand over the device's answer byte for byte: raw, in base64 or " \
	"in hexadecimal"
#define NOT_HARDWARE                                                       \
	"find out which program wrote or changed this document: hardware " \
	"does not "                                                        \
	"write it so"
#define ASK_SMALLER "ask the NSM for a document with at most 1024 bytes here"

static const struct reason rows[] = {
	{ "doc-size", true, "no bytes, or more than 16384",
	  "Documents have 4 to 5 KiB, and the device answers with at most 12 "
	  "KiB. More is not read.",
	  TAKE_WHOLE },
	{ "doc-text", true, "text that is neither base64 nor hexadecimal",
	  "The input begins with printable characters, so it was read as the "
	  "text form of a document, but it is neither form.",
	  TAKE_WHOLE },
	{ "doc-truncated", true, "the document ends early",
	  "A length in the document points beyond its last byte: the document "
	  "was truncated, often by a buffer that is too small.",
	  TAKE_WHOLE },
	{ "doc-trailing", true, "bytes after the document",
	  "A document is one CBOR item. Bytes after it are not signed.",
	  "cut the answer at the length that the NSM gave" },
	{ "cose-shape", true, "not a COSE_Sign1",
	  "A document is a CBOR array of four items: protected header, "
	  "unprotected header, payload, signature (RFC 9052, 4.2). The NSM's "
	  "whole answer contains the document under the keys Attestation and "
	  "document.",
	  "pass the document itself, not the answer around it" },
	{ "cose-tag", true, "tagged, but not with tag 18 once",
	  "Hardware writes no tag. One tag 18 is accepted, because AWS's text "
	  "mentioned it and libraries write it.",
	  NOT_HARDWARE },
	{ "cose-header", false, "a protected header of another form",
	  "The protected header must be exactly {1: -35}, in four bytes.",
	  NOT_HARDWARE },
	{ "cose-alg-missing", false, "no algorithm in the protected header",
	  "An algorithm outside of the protected header is not signed, so "
	  "anyone could choose it.",
	  NOT_HARDWARE },
	{ "cose-alg", false, "signed with another algorithm than ES384",
	  "Nitro hardware signs with ECDSA on P-384 and SHA-384 only.",
	  NOT_HARDWARE },
	{ "cose-unprotected", false, "an unprotected header that is not empty",
	  "Its content is not signed, and hardware leaves it empty.",
	  NOT_HARDWARE },
	{ "cose-detached", false, "the payload is null",
	  "A detached payload must come from another place, so anyone could "
	  "choose it.",
	  TAKE_WHOLE },
	{ "cose-signature-size", false,
	  "a signature that does not have 96 bytes",
	  "The signature is r and s with 48 bytes each. A DER signature, as "
	  "OpenSSL writes it, has 100 to 104 bytes; COSE does not use it.",
	  NOT_HARDWARE },
	{ "doc-qemu", false, "an unsigned document of QEMU's emulated NSM",
	  "The protected header has algorithm -1, and the signature and the "
	  "certificates are zeros: QEMU's nitro-enclave machine writes such "
	  "documents. It proves nothing, because it is not signed.",
	  "run the enclave on Nitro hardware, or use a simulator that signs "
	  "and name its root with --trust; for development \"veraclave "
	  "resign\" signs this document" },
	{ "doc-not-qemu", false, "not an unsigned document of QEMU",
	  "\"veraclave resign\" signs only documents that QEMU's emulated NSM "
	  "left unsigned. A document with a signature or certificates already "
	  "has a signer, and a new signature would change its meaning.",
	  "verify it unchanged" },
	{ "doc-nitrotpm", false, "a NitroTPM document, not an enclave's",
	  "EC2 instances attest with the same envelope and root, but their "
	  "registers have another meaning: accepting the document would treat "
	  "a whole instance as an enclave.",
	  "ask the enclave's NSM for a document, not the instance's TPM" },
	{ "doc-payload", true, "the payload is not a CBOR map",
	  "The signed bytes are not an attestation document.", TAKE_WHOLE },
	{ "doc-encoding", false,
	  "CBOR in another encoding than the required one",
	  "Numbers and lengths must have their shortest form, strings a "
	  "definite length, and text must be UTF-8. With other encodings, two "
	  "readers could see two different documents.",
	  NOT_HARDWARE },
	{ "doc-indefinite", false, "registers or bundle of indefinite length",
	  "Since 2025 hardware writes the outer map with indefinite length, "
	  "but never the containers in it.",
	  NOT_HARDWARE },
	{ "doc-key", false, "a key that is not text",
	  "The payload's keys are text strings.", NOT_HARDWARE },
	{ "doc-key-twice", false, "a duplicate key",
	  "Different readers use different values of the two.", NOT_HARDWARE },
	{ "doc-key-unknown", false, "a key that documents do not have",
	  "The nine keys have been the same from 2020 to 2026. The meaning of "
	  "a new key is not known to this program.",
	  "look for a newer version of this program" },
	{ "doc-key-missing", false, "a required key is missing",
	  "Only public_key, user_data and nonce may be absent; hardware writes "
	  "them as null.",
	  NOT_HARDWARE },
	{ "doc-module-id", false, "module_id is empty or not text",
	  "It names the instance and the enclave on it.", NOT_HARDWARE },
	{ "doc-digest", false, "digest is not SHA384",
	  "All registers of Nitro enclaves are SHA-384 values.", NOT_HARDWARE },
	{ "doc-timestamp", false, "the timestamp is not a time",
	  "It must be a number of milliseconds since 1970, above zero.",
	  NOT_HARDWARE },
	{ "doc-pcrs", false, "pcrs is not a map", "It maps numbers to values.",
	  NOT_HARDWARE },
	{ "doc-pcrs-empty", false, "no registers at all",
	  "A document without registers proves nothing about the image.",
	  NOT_HARDWARE },
	{ "doc-pcr-index", false, "a register's index is not 0 to 31",
	  "The NSM has 32 registers.", NOT_HARDWARE },
	{ "doc-pcr-length", false, "a register does not have 48 bytes",
	  "A SHA-384 value has 48 bytes. No Nitro hardware uses digests of "
	  "other lengths.",
	  NOT_HARDWARE },
	{ "doc-certificate", false, "certificate is not a byte string",
	  "It must contain the certificate of the signing key, in DER.",
	  NOT_HARDWARE },
	{ "doc-certificate-size", false,
	  "the certificate is empty or over 1024 bytes",
	  "AWS limits certificates to 1024 bytes; real ones have about 640.",
	  NOT_HARDWARE },
	{ "doc-cabundle", false, "cabundle is not an array of byte strings",
	  "It must contain the certificates from the root to the instance, in "
	  "DER.",
	  NOT_HARDWARE },
	{ "doc-cabundle-empty", false, "cabundle is empty",
	  "Without it there is no path from a root to the document.",
	  NOT_HARDWARE },
	{ "doc-cabundle-size", false,
	  "a certificate in cabundle is empty or over 1024 bytes",
	  "AWS limits certificates to 1024 bytes; real ones have 500 to 800.",
	  NOT_HARDWARE },
	{ "doc-cabundle-count", false, "over 8 certificates in cabundle",
	  "Hardware sends four. Each one needs a signature verification, so "
	  "the number is limited.",
	  NOT_HARDWARE },
	{ "doc-public-key", false,
	  "public_key is neither a byte string nor null",
	  "The enclave's program sets its content.", NOT_HARDWARE },
	{ "doc-public-key-size", false,
	  "public_key is empty or over 1024 bytes",
	  "AWS's specification has 1 to 1024 bytes.", ASK_SMALLER },
	{ "doc-user-data", false, "user_data is neither a byte string nor null",
	  "The enclave's program sets its content.", NOT_HARDWARE },
	{ "doc-user-data-size", false, "user_data has over 1024 bytes",
	  "AWS's text has 512 in one place and 1024 in another; hardware "
	  "accepts 1024.",
	  ASK_SMALLER },
	{ "doc-nonce", false, "nonce is neither a byte string nor null",
	  "The enclave's program sets its content.", NOT_HARDWARE },
	{ "doc-nonce-size", false, "nonce has over 1024 bytes",
	  "AWS's text has 512 in one place and 1024 in another; hardware "
	  "accepts 1024.",
	  ASK_SMALLER },
};

const struct reasons reasons_document = {
	.title = "The document's form",
	.v = rows,
	.n = COUNT(rows),
};
