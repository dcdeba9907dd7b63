#include "attest/reasons.h"

#define REBUILD                                                               \
	"compare the build's pcrs.json with the one published; rebuild that " \
	"release and see whether it gives the expected value"
#define RECIPIENT                                                            \
	"have the enclave make an RSA key of 2048 bits and pass the DER of " \
	"its "                                                               \
	"SubjectPublicKeyInfo to the NSM as public_key"
#define BINDING \
	"do not trust this document: no genuine hardware puts it together so"

static const struct reason rows[] = {
	{ "expect-nothing", false, "nothing was expected",
	  "No register's value was given, so the check would accept every"
	  " enclave in the world.",
	  "give --pcrs FILE, --pcr N=HEX or a policy" },
	{ "expect-empty", false, "named, but nothing to compare with",
	  "Something was named that says what is expected, and it holds"
	  " nothing: an environment whose releases are all revoked, a file or"
	  " a value without content. That the rest fits does not make up for"
	  " it.",
	  "add a release to the environment (veraclave pcrs add), or leave"
	  " away what is empty" },
	{ "pcr-form", false, "a register's value that is none",
	  "A value is the 48 bytes of SHA-384 in 96 hex digits, upper or lower"
	  " case, without 0x in front. 64 digits are a SHA-256 value; 64"
	  " characters with + or / in them are base 64.",
	  "take the values from pcrs.json or from veraclave describe" },
	{ "expect-zero", false, "zeros were expected",
	  "Only an enclave in debug mode has them in PCR0, PCR1 and PCR2, and"
	  " in other registers every enclave has them that leaves these alone:"
	  " any image at all would pass.",
	  "give the values that the build printed; for a debug enclave add"
	  " --allow-debug" },
	{ "debug-mode", false, "the enclave runs in debug mode",
	  "With --debug-mode the hardware zeroes PCR0, PCR1, PCR2 and PCR8,"
	  " and the instance can read the enclave's console: the document"
	  " says nothing about the image. nitro-cli shows the build's values"
	  " all the same.",
	  "start the enclave without --debug-mode; while developing add"
	  " --allow-debug" },
	{ "debug-unknown", false,
	  "PCR0, PCR1 and PCR2 are not all in the document",
	  "Whether it is a debug enclave cannot be told. Hardware always has"
	  " them; an emulator whose registers are not locked leaves them"
	  " out.",
	  "lock the registers, or use a simulator that does" },
	{ "pcr-debug", false, "a register is zero since this is debug mode",
	  "The image may be the expected one, or any other: in debug mode the"
	  " hardware does not tell.",
	  "start the enclave without --debug-mode" },
	{ "pcr-absent", false, "an expected register is not in the document",
	  "Documents hold the registers that are locked at that moment."
	  " Registers 0 to 15 are from the start; 16 to 31 are when the"
	  " application has locked them.",
	  "have the application lock the register before it asks for the"
	  " document (veraclave nsm lock)" },
	{ "pcr-image", false, "PCR0 differs: it is another image",
	  "PCR0 measures kernel, command line and all ramdisks. If PCR1 is as"
	  " expected, the application changed; if PCR2 is, the kernel side"
	  " did.",
	  REBUILD },
	{ "pcr-boot", false, "PCR1 differs: another kernel side",
	  "PCR1 measures kernel, command line and the boot ramdisk. Another"
	  " version of nitro-cli or of its blobs is enough: the packages of"
	  " Amazon Linux and the files on GitHub differ.",
	  "build with the same boot files, which the lock file pins" },
	{ "pcr-application", false, "PCR2 differs: another application",
	  "PCR2 measures the ramdisks with the application: its files, their"
	  " modes and owners, the environment and the command. One byte is"
	  " enough.",
	  REBUILD },
	{ "pcr-role", false, "PCR3 differs: another IAM role",
	  "PCR3 is SHA-384 of 48 zeros and the ARN of the role that the"
	  " instance has. A role that was made again has the same ARN; zeros"
	  " mean that the instance has no role.",
	  "attach the role to the instance, or expect the other one" },
	{ "pcr-instance", false, "PCR4 differs: another instance",
	  "PCR4 is SHA-384 of 48 zeros and the instance's id. Every new"
	  " instance has another.",
	  "leave PCR4 out unless it is about one machine" },
	{ "pcr-signer", false, "PCR8 differs: another signer",
	  "PCR8 measures the certificate that signed the image. Zeros mean"
	  " that it is not signed. A renewed certificate has another value,"
	  " with the same key too.",
	  "sign with the expected certificate: veraclave pcr"
	  " --signing-certificate FILE prints its value" },
	{ "pcr-reserved", false, "a register without a meaning differs",
	  "Registers 5 to 7 and 9 to 15 are zero on all hardware so far.",
	  "leave this register out" },
	{ "pcr-runtime", false, "a register of the application differs",
	  "Registers 16 to 31 hold what the application extended: E(old, data)"
	  " = SHA-384(old and data), with no digest of the data in between.",
	  "compare what is extended, and in which order" },
	{ "release-none", false, "the registers are of no given release",
	  "None of the releases has all registers as the document has them."
	  " The differences shown are to the nearest.",
	  "add the release that runs, or run one of these" },
	{ "release-not-yet", false, "the release may not run yet",
	  "The policy gives a time from which it may.",
	  "wait, or change not_before in the policy" },
	{ "release-ended", false, "the release may not run any more",
	  "The policy gives a time until which it may.",
	  "update the enclave, or change not_after in the policy" },
	{ "release-taken", false, "the version has other registers already",
	  "A release of the same name is in the environment with other"
	  " registers: one of the two was built from something else.",
	  "give the new build a new version, in enclave.toml or with"
	  " --app-version" },
	{ "release-revoked", false, "the image is revoked",
	  "The environment or the policy names these registers as ones that"
	  " must not run any more, with the reason shown.",
	  "update the enclave; treat its secrets as the reason demands" },
	{ "revoked-unknown", false,
	  "whether the image is revoked cannot be told",
	  "A revocation names registers that the document does not have; those"
	  " that it has are the revoked ones.",
	  "have the enclave lock these registers before it asks for the"
	  " document, or revoke by PCR0 to PCR2" },
	{ "signer-none", false, "no signer that the policy names",
	  "PCR8 is the value of none of the certificates in signers.",
	  "sign the image with one of them" },
	{ "nonce-required", false, "the policy wants a nonce",
	  "Without one, or with an empty one, a recording cannot be told from a"
	  " live enclave.",
	  "send a nonce and give it with --nonce" },
	{ "release-empty", false, "the releases name no registers",
	  "A release without values, or with nothing but zeros, would fit every"
	  " enclave.",
	  "use pcrs.json files that a build wrote" },
	{ "nonce-absent", false, "the document has no nonce",
	  "Whoever asked for the document did not pass the nonce on to the"
	  " NSM.",
	  "hand your nonce to the enclave and have it ask for a document with"
	  " it" },
	{ "nonce-differs", false, "another nonce than expected",
	  "The document was made for another question: it may be played back"
	  " from a recording.",
	  "send a nonce, and check the answer to that one" },
	{ "public-key-absent", false, "the document has no public key",
	  "Nothing binds the document to a channel or a recipient.",
	  "have the enclave pass its key to the NSM" },
	{ "public-key-differs", false, "another public key than expected",
	  "The channel's other end and the document's enclave are not the"
	  " same, or the key has another encoding.",
	  "compare the encodings (DER of the key, or of a certificate); if"
	  " they are the same, close the channel" },
	{ "recipient-key-absent", false, "no public key to encrypt to",
	  "A key service encrypts its answer to the document's public_key,"
	  " and there is none: only the instance could read the answer.",
	  RECIPIENT },
	{ "recipient-key-form", false,
	  "the public key is not in the form that KMS takes",
	  "It is the DER of a SubjectPublicKeyInfo (openssl pkey -pubout"
	  " -outform DER). PEM text, and PKCS #1, which some libraries write,"
	  " are not.",
	  RECIPIENT },
	{ "recipient-key-type", false, "the public key is not an RSA key",
	  "KMS encrypts with RSAES_OAEP_SHA_256, which EC keys cannot.",
	  RECIPIENT },
	{ "recipient-key-size", false, "an RSA key of no use",
	  "It has fewer than 2048 bits or more than 4096, or an exponent that"
	  " is even or 1.",
	  RECIPIENT },
	{ "recipient-key-unproven", false,
	  "an RSA key of another size than 2048 bits",
	  "AWS's SDK makes RSA-2048. What the service does with larger keys"
	  " is not described, so whether it works is unknown here.",
	  "make the key with 2048 bits, or say --recipient rsa when it is"
	  " known to work" },
	{ "user-data-absent", false, "the document has no user data",
	  "Null is something else than empty.",
	  "have the enclave pass the data to the NSM" },
	{ "user-data-differs", false, "other user data than expected",
	  "What the enclave committed to is not what was expected.",
	  "compare the data, and whether one side has its digest" },
	{ "age-old", false, "the document is too old",
	  "It is genuine and within its certificates' lives, and older than"
	  " was allowed.",
	  "ask the enclave for a new one, or allow a longer time" },
	{ "age-future", false, "the document is from the future",
	  "Its timestamp is after the time of the check, by more than clocks"
	  " may differ: 300 seconds, unless --max-skew or the policy says"
	  " otherwise.",
	  "set this machine's clock, or give the right --at" },
	{ "timestamp-outside", false,
	  "the timestamp is not in the certificate's life",
	  "Hardware signs with the certificate that is valid at that moment.",
	  BINDING },
	{ "module-id", false, "a module id of another form",
	  "Hardware has INSTANCE-encNUMBER.", BINDING },
	{ "module-pcr4", false, "PCR4 and the module id are of two instances",
	  "PCR4 is SHA-384 of 48 zeros and the instance's id, which is also"
	  " the module id's first half.",
	  BINDING },
	{ "leaf-name", false, "the certificate was issued to another enclave",
	  "Its common name begins with the module id.", BINDING },
	{ "leaf-serial", false, "the certificate has another enclave's number",
	  "Its serial number is the module id's second half, followed by the"
	  " time at which it was issued.",
	  BINDING },
};

const struct reasons reasons_expected = {
	.title = "What was expected",
	.v = rows,
	.n = COUNT(rows),
};
