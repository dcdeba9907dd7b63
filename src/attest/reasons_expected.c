#include "attest/reasons.h"

#define REBUILD                                                               \
	"compare the build's pcrs.json with the published one; rebuild that " \
	"release and check that it gives the expected value"
#define RECIPIENT                                                           \
	"let the enclave make an RSA key of 2048 bits and pass the DER of " \
	"its "                                                              \
	"SubjectPublicKeyInfo to the NSM as public_key"
#define BINDING                                                                \
	"do not trust this document: genuine hardware does not write it this " \
	"way"

static const struct reason rows[] = {
	{ "expect-nothing", false, "nothing was expected",
	  "No register value was given, so the check would accept every "
	  "enclave.",
	  "give --pcrs FILE, --pcr N=HEX or a policy" },
	{ "expect-empty", false, "an expectation without content",
	  "An expectation was named, but it has no content: for example an "
	  "environment whose releases are all revoked, or an empty file or "
	  "value. The document does not pass even if everything else matches.",
	  "add a release to the environment (veraclave pcrs add), or remove "
	  "the empty expectation" },
	{ "pcr-form", false, "not a register value",
	  "A value has the 48 bytes of SHA-384 as 96 hex digits, in upper or "
	  "lower case, without a leading 0x. 64 digits are a SHA-256 value; 64 "
	  "characters with + or / are base64.",
	  "take the values from pcrs.json or from veraclave describe" },
	{ "expect-zero", false, "zeros were expected",
	  "PCR0, PCR1 and PCR2 are zero only in debug mode, and other "
	  "registers are zero in every enclave that does not use them: any "
	  "image would pass.",
	  "give the values that the build printed; for a debug enclave add"
	  " --allow-debug" },
	{ "debug-mode", false, "the enclave runs in debug mode",
	  "With --debug-mode the hardware sets PCR0, PCR1, PCR2 and PCR8 to "
	  "zero, and the instance can read the enclave's console: the document "
	  "proves nothing about the image. nitro-cli still shows the build's "
	  "values.",
	  "start the enclave without --debug-mode; while developing add"
	  " --allow-debug" },
	{ "debug-unknown", false,
	  "PCR0, PCR1 and PCR2 are not all in the document",
	  "Without them it is not known whether this is a debug enclave. "
	  "Hardware always has them; an emulator omits registers that are not "
	  "locked.",
	  "lock the registers, or use a simulator that locks them" },
	{ "pcr-debug", false, "a register is zero because of debug mode",
	  "The image may be the expected one or any other: in debug mode the "
	  "hardware does not measure it.",
	  "start the enclave without --debug-mode" },
	{ "pcr-absent", false, "an expected register is not in the document",
	  "A document contains the registers that are locked when it is made. "
	  "Registers 0 to 15 are locked from the start, 16 to 31 after the "
	  "application locks them.",
	  "let the application lock the register before it requests the "
	  "document (veraclave nsm lock)" },
	{ "pcr-image", false, "PCR0 differs: it is another image",
	  "PCR0 measures kernel, command line and all ramdisks. If PCR1 is as "
	  "expected, the application changed; if PCR2 is as expected, the "
	  "kernel side changed.",
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
	  "PCR3 is SHA-384 of 48 zeros and the ARN of the instance's role. A "
	  "role that was deleted and created again has the same ARN; zeros "
	  "mean that the instance has no role.",
	  "attach the expected role to the instance, or expect the other "
	  "role" },
	{ "pcr-instance", false, "PCR4 differs: another instance",
	  "PCR4 is SHA-384 of 48 zeros and the instance's id. Every new "
	  "instance has another value.",
	  "do not expect PCR4 unless you mean one machine" },
	{ "pcr-signer", false, "PCR8 differs: another signer",
	  "PCR8 measures the certificate that signed the image. Zeros mean "
	  "that the image is not signed. A renewed certificate has another "
	  "value, even with the same key.",
	  "sign with the expected certificate: veraclave pcr"
	  " --signing-certificate FILE prints its value" },
	{ "pcr-reserved", false, "a register without a meaning differs",
	  "Registers 5 to 7 and 9 to 15 are zero on all hardware so far.",
	  "do not expect this register" },
	{ "pcr-runtime", false, "a register of the application differs",
	  "The application extends registers 16 to 31: E(old, data) = "
	  "SHA-384(old and data), without hashing the data first.",
	  "compare what is extended, and in which order" },
	{ "release-none", false, "the registers match no given release",
	  "No release has all registers of the document. The message shows the "
	  "differences to the closest release.",
	  "add the running release, or run one of these" },
	{ "release-not-yet", false, "the release may not run yet",
	  "The policy sets the time from which it may run.",
	  "wait, or change not_before in the policy" },
	{ "release-ended", false, "the release may not run any more",
	  "The policy sets the time until which it may run.",
	  "update the enclave, or change not_after in the policy" },
	{ "release-taken", false, "the version has other registers already",
	  "The environment has a release of this name with other registers: "
	  "the two were built from different inputs.",
	  "give the new build a new version, in enclave.toml or with"
	  " --app-version" },
	{ "release-revoked", false, "the image is revoked",
	  "The environment or the policy says that an image with these "
	  "registers must not run any more; the message shows the reason.",
	  "update the enclave; handle its secrets as the reason requires" },
	{ "revoked-unknown", false,
	  "it is not known whether the image is revoked",
	  "A revocation names registers that the document does not contain; "
	  "all others match the revocation.",
	  "let the enclave lock these registers before it requests the "
	  "document, or revoke by PCR0 to PCR2" },
	{ "signer-none", false, "not signed by a signer of the policy",
	  "PCR8 matches none of the certificates in signers.",
	  "sign the image with one of them" },
	{ "nonce-required", false, "the policy requires a nonce",
	  "Without a nonce, or with an empty one, a recorded document cannot "
	  "be distinguished from a live one.",
	  "send a nonce and pass it with --nonce" },
	{ "release-empty", false, "the releases have no registers",
	  "A release without values, or with only zeros, would match every "
	  "enclave.",
	  "use pcrs.json files that a build wrote" },
	{ "nonce-absent", false, "the document has no nonce",
	  "The program that requested the document did not pass the nonce to "
	  "the NSM.",
	  "send your nonce to the enclave and let it request a document with "
	  "it" },
	{ "nonce-differs", false, "another nonce than expected",
	  "The document was made for another request: it may be a replayed "
	  "recording.",
	  "send a nonce, and check the answer to it" },
	{ "public-key-absent", false, "the document has no public key",
	  "Nothing binds the document to a channel or a recipient.",
	  "let the enclave pass its key to the NSM" },
	{ "public-key-differs", false, "another public key than expected",
	  "The peer of the channel is not the enclave of the document, or the "
	  "key has another encoding.",
	  "compare the encodings (DER of the key, or of a certificate); if "
	  "they are equal, close the channel" },
	{ "recipient-key-absent", false, "no public key to encrypt to",
	  "A key service encrypts its answer to the document's public_key. The "
	  "document has none, so the instance could read the answer.",
	  RECIPIENT },
	{ "recipient-key-form", false,
	  "the public key is not in the form that KMS accepts",
	  "KMS accepts the DER of a SubjectPublicKeyInfo (openssl pkey -pubout "
	  "-outform DER). It does not accept PEM text and PKCS #1, which some "
	  "libraries write.",
	  RECIPIENT },
	{ "recipient-key-type", false, "the public key is not an RSA key",
	  "KMS encrypts with RSAES_OAEP_SHA_256, which needs an RSA key.",
	  RECIPIENT },
	{ "recipient-key-size", false, "an unsuitable RSA key",
	  "It has fewer than 2048 bits or more than 4096, or an exponent that"
	  " is even or 1.",
	  RECIPIENT },
	{ "recipient-key-unproven", false,
	  "an RSA key of another size than 2048 bits",
	  "AWS's SDK makes RSA-2048 keys. AWS does not document larger keys, "
	  "so it is not known whether they work.",
	  "make the key with 2048 bits, or use --recipient rsa if you know "
	  "that it works" },
	{ "user-data-absent", false, "the document has no user data",
	  "Null differs from empty.",
	  "let the enclave pass the data to the NSM" },
	{ "user-data-differs", false, "other user data than expected",
	  "The enclave put other data into the document than expected.",
	  "compare the data, and check whether one side uses its digest" },
	{ "age-old", false, "the document is too old",
	  "It is genuine and its certificates are valid, but it is older than "
	  "allowed.",
	  "request a new document from the enclave, or allow a greater age" },
	{ "age-future", false, "the document is from the future",
	  "Its timestamp is after the time of the check by more than the "
	  "allowed difference of clocks: 300 seconds, unless --max-skew or the "
	  "policy sets another value.",
	  "set this machine's clock, or pass the right --at" },
	{ "timestamp-outside", false,
	  "the timestamp is outside of the certificate's validity",
	  "Hardware signs with the certificate that is valid at that moment.",
	  BINDING },
	{ "module-id", false, "a module id of another form",
	  "Hardware writes INSTANCE-encNUMBER.", BINDING },
	{ "module-pcr4", false,
	  "PCR4 and the module id belong to different instances",
	  "PCR4 is SHA-384 of 48 zeros and the instance's id, which is also "
	  "the first part of the module id.",
	  BINDING },
	{ "leaf-name", false, "the certificate was issued to another enclave",
	  "Its common name begins with the module id.", BINDING },
	{ "leaf-serial", false, "the certificate has another enclave's number",
	  "Its serial number is the second part of the module id, followed by "
	  "the time of issue.",
	  BINDING },
};

const struct reasons reasons_expected = {
	.title = "What was expected",
	.v = rows,
	.n = COUNT(rows),
};
