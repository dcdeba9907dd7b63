#include "attest/reasons.h"

/* Advice that several rows share. */
#define TAKE_WHOLE                                                        \
	"hand over the device's answer byte for byte: raw, in base64 or " \
	"in hexadecimal"
#define NOT_HARDWARE                                                           \
	"find out what wrote or changed this document: the hardware does not " \
	"write it so"
#define ASK_SMALLER "ask the NSM for a document with at most 1024 bytes here"

static const struct reason rows[] = {
	{ "doc-size", true, "nothing, or more than 16384 bytes",
	  "Documents have 4 to 5 KiB, and the device answers with 12 KiB at"
	  " most. More is not read at all.",
	  TAKE_WHOLE },
	{ "doc-text", true, "text that is neither base64 nor hexadecimal",
	  "The input begins with printable characters, so it was taken for the"
	  " text form of a document, and it is not one.",
	  TAKE_WHOLE },
	{ "doc-truncated", true, "the document ends early",
	  "A length inside of the document points behind its last byte: bytes"
	  " were cut off on the way, often by a buffer that is too small.",
	  TAKE_WHOLE },
	{ "doc-trailing", true, "bytes behind the document",
	  "A document is one CBOR item. What follows it is signed by nobody.",
	  "cut the answer at the length that the NSM gave" },
	{ "cose-shape", true, "not a COSE_Sign1",
	  "A document is a CBOR array of four: protected header, unprotected"
	  " header, payload, signature (RFC 9052, 4.2). The NSM's whole answer"
	  " has the document inside of it, under Attestation and document.",
	  "pass the document itself, not the answer around it" },
	{ "cose-tag", true, "tagged, but not with tag 18 once",
	  "Hardware writes no tag. Tag 18 in front is taken once, since AWS's"
	  " text had it and libraries write it.",
	  NOT_HARDWARE },
	{ "cose-header", false, "a protected header of another form",
	  "The protected header is {1: -35}, in four bytes, and nothing else.",
	  NOT_HARDWARE },
	{ "cose-alg-missing", false, "no algorithm in the protected header",
	  "An algorithm that is not protected by the signature could be"
	  " anybody's choice.",
	  NOT_HARDWARE },
	{ "cose-alg", false, "signed with another algorithm than ES384",
	  "Nitro hardware signs with ECDSA on P-384 and SHA-384 only.",
	  NOT_HARDWARE },
	{ "cose-unprotected", false, "an unprotected header that is not empty",
	  "What is in it is not signed, and hardware leaves it empty.",
	  NOT_HARDWARE },
	{ "cose-detached", false, "the payload is null",
	  "A detached payload would have to come from somewhere else, and then"
	  " anybody could choose it.",
	  TAKE_WHOLE },
	{ "cose-signature-size", false, "a signature that has not 96 bytes",
	  "The signature is r and s with 48 bytes each. A DER signature, as"
	  " OpenSSL writes it, has 100 to 104 and is not what COSE wants.",
	  NOT_HARDWARE },
	{ "doc-qemu", false, "an unsigned document of QEMU's emulated NSM",
	  "The protected header has algorithm -1, the signature and the"
	  " certificates are zeros: QEMU's nitro-enclave machine answers so."
	  " It proves nothing, because nobody signed it.",
	  "run the enclave on Nitro hardware, or use a simulator that signs"
	  " and name its root with --trust; \"veraclave resign\" signs this one"
	  " for development" },
	{ "doc-not-qemu", false, "not an unsigned document of QEMU's",
	  "Only what QEMU's emulated NSM left unsigned is signed by \"veraclave"
	  " resign\". A document with a signature or with certificates is"
	  " somebody's word already, and signing it anew would lend it another"
	  " meaning.",
	  "verify it as it is" },
	{ "doc-nitrotpm", false, "a NitroTPM document, not an enclave's",
	  "EC2 instances attest with the same envelope and root, but their"
	  " registers mean other things: accepting one would take a whole"
	  " instance for an enclave.",
	  "ask the enclave's NSM for a document, not the instance's TPM" },
	{ "doc-payload", true, "the payload is no CBOR map",
	  "The signed bytes are not an attestation document.", TAKE_WHOLE },
	{ "doc-encoding", false, "CBOR that is not in its one form",
	  "Numbers and lengths have their shortest form, strings a definite"
	  " length, text is UTF-8. Other encodings of the same value are how"
	  " two readers come to see two documents.",
	  NOT_HARDWARE },
	{ "doc-indefinite", false, "registers or bundle of indefinite length",
	  "Hardware since 2025 writes the map around all fields in the"
	  " indefinite form, and the containers in it never.",
	  NOT_HARDWARE },
	{ "doc-key", false, "a key that is not text",
	  "The payload's keys are text strings.", NOT_HARDWARE },
	{ "doc-key-twice", false, "a key given twice",
	  "Readers differ in which of the two values they take.",
	  NOT_HARDWARE },
	{ "doc-key-unknown", false, "a key that documents do not have",
	  "The nine keys have been the same from 2020 to 2026. What a new one"
	  " means is not known here, so nothing is concluded from it.",
	  "look for a newer version of this program" },
	{ "doc-key-missing", false, "a key that every document has is missing",
	  "Only public_key, user_data and nonce may be left out; hardware"
	  " writes them as null.",
	  NOT_HARDWARE },
	{ "doc-module-id", false, "module_id is empty or no text",
	  "It names the instance and the enclave on it.", NOT_HARDWARE },
	{ "doc-digest", false, "digest is not SHA384",
	  "All registers of Nitro enclaves are SHA-384 values.", NOT_HARDWARE },
	{ "doc-timestamp", false, "the timestamp is no time",
	  "It is a number of milliseconds since 1970 and above zero.",
	  NOT_HARDWARE },
	{ "doc-pcrs", false, "pcrs is no map", "It maps numbers to values.",
	  NOT_HARDWARE },
	{ "doc-pcrs-empty", false, "no registers at all",
	  "A document without registers says nothing about what runs.",
	  NOT_HARDWARE },
	{ "doc-pcr-index", false, "a register's index is not 0 to 31",
	  "The NSM has 32 registers.", NOT_HARDWARE },
	{ "doc-pcr-length", false, "a register has not 48 bytes",
	  "A SHA-384 value has 48 bytes. Other lengths would belong to digests"
	  " that no Nitro hardware offers.",
	  NOT_HARDWARE },
	{ "doc-certificate", false, "certificate is no byte string",
	  "It holds the certificate of the key that signed, in DER.",
	  NOT_HARDWARE },
	{ "doc-certificate-size", false,
	  "the certificate is empty or over 1024 bytes",
	  "AWS limits certificates to 1024 bytes; real ones have about 640.",
	  NOT_HARDWARE },
	{ "doc-cabundle", false, "cabundle is no array of byte strings",
	  "It holds the certificates from the root to the instance, in DER.",
	  NOT_HARDWARE },
	{ "doc-cabundle-empty", false, "cabundle is empty",
	  "Without it no path leads from a root to the document.",
	  NOT_HARDWARE },
	{ "doc-cabundle-size", false,
	  "a certificate in cabundle is empty or over 1024 bytes",
	  "AWS limits certificates to 1024 bytes; real ones have 500 to 800.",
	  NOT_HARDWARE },
	{ "doc-cabundle-count", false, "over 8 certificates in cabundle",
	  "Hardware sends four. Each costs a signature to check, so the number"
	  " is bounded.",
	  NOT_HARDWARE },
	{ "doc-public-key", false, "public_key is no byte string or null",
	  "It holds whatever the enclave's program put there.", NOT_HARDWARE },
	{ "doc-public-key-size", false,
	  "public_key is empty or over 1024 bytes",
	  "AWS's specification has 1 to 1024 bytes.", ASK_SMALLER },
	{ "doc-user-data", false, "user_data is no byte string or null",
	  "It holds whatever the enclave's program put there.", NOT_HARDWARE },
	{ "doc-user-data-size", false, "user_data has over 1024 bytes",
	  "AWS's text has 512 in one place and 1024 in another; hardware was"
	  " seen to take 1024.",
	  ASK_SMALLER },
	{ "doc-nonce", false, "nonce is no byte string or null",
	  "It holds whatever the enclave's program put there.", NOT_HARDWARE },
	{ "doc-nonce-size", false, "nonce has over 1024 bytes",
	  "AWS's text has 512 in one place and 1024 in another; hardware was"
	  " seen to take 1024.",
	  ASK_SMALLER },
};

const struct reasons reasons_document = {
	.title = "The document's form",
	.v = rows,
	.n = COUNT(rows),
};
