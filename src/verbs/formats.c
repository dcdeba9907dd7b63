/* The rows of the JSON formats: they describe every key that is written. */
#include "verbs/formats.h"
#include "pcrs/format.h"

#define S         FORMAT_STRING
#define H         FORMAT_HEX
#define N         FORMAT_NUMBER
#define B         FORMAT_BOOL
#define O         FORMAT_OBJECT
#define OR_NULL   FORMAT_NULL
#define SOMETIMES FORMAT_SOMETIMES

static const struct format_key pcrs[] = {
	{ "schema", S, "nitro-pcrs/1." },
	{ "name", S, "The enclave's name." },
	{ "version", S | OR_NULL, "The application's version." },
	{ "arch", S, "x86_64 or aarch64." },
	{ "pcrs.0", H, "PCR0: kernel, command line and all ramdisks." },
	{ "pcrs.1", H, "PCR1: kernel, command line and boot ramdisk." },
	{ "pcrs.2", H, "PCR2: the application's ramdisk." },
	{ "pcrs.8", H | OR_NULL,
	  "PCR8: the signing certificate; null for an unsigned image." },
	{ "eif.size", N, "Bytes of the image file." },
	{ "eif.sha256", H, "SHA-256 of the image file." },
	{ "eif.digest", H,
	  "eif-digest/1: SHA-384 of the header and, for each section, of its "
	  "header and the SHA-384 of its data." },
	{ "lengths.kernel", N, "Bytes of the kernel." },
	{ "lengths.cmdline", N, "Bytes of the command line." },
	{ "lengths.ramdisks[]", N, "Bytes of each ramdisk, in order." },
	{ "profiles.writer", S,
	  "Who wrote the ramdisks: canonical/1 or nitro-cli/1." },
	{ "profiles.eif", S, "Who wrote the image around them: eif/1." },
	{ "profiles.rules", S, "The set of scrub rules, with its version." },
	{ "epoch", N, "The time written into files, since 1970." },
	{ "boot.known_as", S | OR_NULL,
	  "The boot stack, if PCR1 is a known one." },
	{ "boot.kernel_version", S, "The version that the kernel states." },
	{ "image.kind", S, "How the source was read." },
	{ "image.modes", S | SOMETIMES,
	  "Of a directory: git (owners are root, modes as git keeps them) or "
	  "keep." },
	{ "image.config_digest", S | SOMETIMES,
	  "Digest of the container image's configuration, if it has one." },
	{ "image.diff_ids[]", S | SOMETIMES,
	  "Digests of its layers, unpacked." },
};

static const struct format_key scrub[] = {
	{ "schema", S, "scrub-report/1." },
	{ "version", N, "Version of the set of rules." },
	{ "changes[].rule", S, "The rule, by its name." },
	{ "changes[].path", S, "The file, relative to the image." },
	{ "changes[].action", S, "What was done." },
	{ "changes[].bytes_before", N, "Its size before." },
	{ "changes[].bytes_after", N, "Its size after; 0 if it was removed." },
	{ "changes[].sha256_before", H | OR_NULL, "Its digest before." },
	{ "changes[].sha256_after", H | OR_NULL, "Its digest after." },
};

static const struct format_key ramdisk_keys[] = {
	{ "schema", S, "veraclave-ramdisk/1." },
	{ "path", S, "The file that was written." },
	{ "size", N, "Its bytes." },
	{ "profile", S, "Who wrote it: canonical/1 or nitro-cli/1." },
	{ "scrub", S, "The set of scrub rules." },
	{ "epoch", N, "The time written into files, since 1970." },
	{ "sha384", H, "SHA-384 of the file." },
	{ "PCR2", H, "PCR2 of an image with it." },
};

static const struct format_key nsm_keys[] = {
	{ "schema", S, "nsm-description/1." },
	{ "digest", S, "The registers' digest." },
	{ "locked_pcrs[]", N, "Registers that are locked." },
	{ "max_pcrs", N, "How many there are." },
	{ "module_id", S, "The module." },
	{ "version", S, "Its version." },
};

static const struct format_key nsm_pcr_keys[] = {
	{ "schema", S, "nsm-pcr/1." },
	{ "index", N, "The register." },
	{ "data", H, "Its value." },
	{ "lock", B, "Whether it is locked." },
};

static const struct format_key result_keys[] = {
	{ "schema", S, "veraclave-result/1." },
	{ "verb", S, "The verb that ran." },
	{ "exit_status", N,
	  "Its exit status: 0 done or yes, 1 the answer is no." },
	{ "result", O | SOMETIMES,
	  "The output without --json, if that is JSON: Measurements, a "
	  "PCR, an environment." },
	{ "text", S | SOMETIMES, "The output without --json otherwise." },
};

static const struct format_key error_keys[] = {
	{ "schema", S, "veraclave-error/1." },
	{ "exit_status", N, "2 usage, 3 malformed input, and so on." },
	{ "code", S | OR_NULL, "A code of \"veraclave explain\"." },
	{ "message", S, "The sentence on standard error." },
	{ "hint", S | OR_NULL, "What to do." },
};

static const struct format_key version_keys[] = {
	{ "schema", S, "veraclave-version/1." },
	{ "version", S, "The program's version." },
};

static const struct format_key environment_keys[] = {
	{ "schema", S, "veraclave-environment/1." },
	{ "releases[].name", S, "Name and version; once in a file." },
	{ "releases[].pcrs.N", H, "Register N, from 0 to 31." },
	{ "releases[].revoked", S | OR_NULL, "Why it must not run any more." },
};

static const struct format_key verdict_keys[] = {
	{ "schema", S, "veraclave-verdict/1." },
	{ "verdict", S, "pass, fail or unknown." },
	{ "trust", S,
	  "The class of the root: aws-nitro, sim, qemu, development, or "
	  "none." },
	{ "development", B,
	  "Whether the policy accepts development keys, used or not." },
	{ "release", S | OR_NULL, "The release that matches." },
	{ "at", N, "The time for which this was judged." },
	{ "at_from", S,
	  "The source of that time: clock, option, or caller (of the "
	  "library)." },
	{ "module_id", S | SOMETIMES,
	  "As in the document, proven only by a pass; absent if the input "
	  "is not a document." },
	{ "timestamp_ms", N | SOMETIMES,
	  "Likewise: when it was made, in milliseconds since 1970." },
	{ "checks[].name", S, "What was checked: pcr2, time." },
	{ "checks[].result", S, "pass, fail or unknown." },
	{ "checks[].code", S, "ok, or a code of \"veraclave explain\"." },
	{ "checks[].detail", S, "What decided it, in words." },
};

/* What nitro-cli describe-eif prints, and more below new keys. */
static const struct format_key describe_keys[] = {
	{ "schema", S, "veraclave-describe/1." },
	{ "EifVersion", N, "Version of the image's format." },
	{ "Measurements.HashAlgorithm", S,
	  "As nitro-cli prints it: Sha384 { ... }." },
	{ "Measurements.PCR0", H, "Kernel, command line and all ramdisks." },
	{ "Measurements.PCR1", H, "Kernel, command line and boot ramdisk." },
	{ "Measurements.PCR2", H, "The application's ramdisk." },
	{ "Measurements.PCR8", H | SOMETIMES,
	  "The signing certificate; of signed images." },
	{ "IsSigned", B, "Whether it has a signature." },
	{ "SigningCertificate.IssuerName", O | SOMETIMES,
	  "Names and values; this and what follows of signed images." },
	{ "SigningCertificate.Algorithm", S | SOMETIMES,
	  "Of the certificate's own signature." },
	{ "SigningCertificate.NotBefore", S | SOMETIMES,
	  "When it begins to be valid." },
	{ "SigningCertificate.NotAfter", S | SOMETIMES, "When it ends." },
	{ "SigningCertificate.Signature", S | SOMETIMES,
	  "Upper-case hex with colons." },
	{ "CheckCRC", B, "true: an image with a wrong checksum is refused." },
	{ "SignatureCheck", B | SOMETIMES,
	  "Of signed images: whether the signature is one of the "
	  "certificate's key over PCR0." },
	{ "ImageName", S | SOMETIMES,
	  "This and the next, and Metadata: of images that have metadata "
	  "that can be read." },
	{ "ImageVersion", S | SOMETIMES, "As the image says." },
	{ "Metadata", O | SOMETIMES,
	  "BuildTime, BuildTool, BuildToolVersion, OperatingSystem, "
	  "KernelVersion, DockerInfo, and the image's own keys; in "
	  "CustomMetadata if they are not a map or would hide one of "
	  "these." },
	{ "File.Size", N, "Bytes of the image file." },
	{ "File.EifDigest", H,
	  "eif-digest/1, as in nitro-pcrs/1 under eif.digest." },
	{ "File.Sha256", H | SOMETIMES, "SHA-256 of the file, if requested." },
	{ "Architecture", S, "x86_64 or aarch64." },
	{ "Flags", N, "Of the header." },
	{ "DefaultMemory", N, "Of the header, in bytes." },
	{ "DefaultCpus", N, "Of the header." },
	{ "MeasuringProfile", S, "classic." },
	{ "CommandLine", S, "The kernel's." },
	{ "Kernel.Format", S | OR_NULL, "bzImage or Image." },
	{ "Kernel.Architecture", S | OR_NULL, "As the kernel says." },
	{ "Kernel.Version", S | SOMETIMES, "As the kernel says." },
	{ "BootStack", O | OR_NULL,
	  "KnownAs, Architecture and Source, if PCR1 is a known "
	  "one." },
	{ "Sections[].Type", S,
	  "kernel, cmdline, ramdisk, signature or metadata." },
	{ "Sections[].Offset", N, "Where its header begins." },
	{ "Sections[].Size", N, "Bytes of its data." },
	{ "Sections[].Flags", N, "Of its header." },
	{ "Sections[].Sha384", H, "SHA-384 of its data." },
	{ "Warnings[].id", S, "A code of \"veraclave explain\"." },
	{ "Warnings[].text", S, "The unusual property." },
};

static const struct format_key check_keys[] = {
	{ "schema", S, "veraclave-check/1." },
	{ "record", S, "The file that was compared with." },
	{ "same", B, "Whether all registers are those of the file." },
	{ "differ[].pcr", N, "A register that differs." },
	{ "differ[].published", H, "Its value in the file." },
	{ "differ[].built", H, "Its value in what was built." },
};

static const struct format_key unpacked_keys[] = {
	{ "schema", S, "veraclave-unpacked/1." },
	{ "version", N, "Of the image's format." },
	{ "flags", N, "Of the header, like what follows." },
	{ "default_memory", S, "Bytes, in decimal: 64 bits." },
	{ "default_cpus", S, "Likewise." },
	{ "reserved", N, "What the field holds." },
	{ "unused", N, "Likewise." },
	{ "sections[].type", S,
	  "kernel, cmdline, ramdisk, signature or metadata." },
	{ "sections[].flags", N, "Of the section's header." },
	{ "sections[].file", S,
	  "The file beside this one that holds its data." },
};

const char *const format_names[FORMAT_COUNT + 1] = {
	[FORMAT_PCRS] = PCRS_SCHEMA,
	[FORMAT_SCRUB] = "scrub-report/1",
	[FORMAT_ENVIRONMENT] = ENVIRONMENT_SCHEMA,
	[FORMAT_VERDICT] = "veraclave-verdict/1",
	[FORMAT_RAMDISK] = "veraclave-ramdisk/1",
	[FORMAT_DESCRIBE] = "veraclave-describe/1",
	[FORMAT_CHECK] = "veraclave-check/1",
	[FORMAT_UNPACKED] = "veraclave-unpacked/1",
	[FORMAT_NSM] = "nsm-description/1",
	[FORMAT_NSM_PCR] = "nsm-pcr/1",
	[FORMAT_RESULT] = "veraclave-result/1",
	[FORMAT_ERROR] = "veraclave-error/1",
	[FORMAT_VERSION] = "veraclave-version/1",
};

const struct format formats[FORMAT_COUNT] = {
	[FORMAT_PCRS] = { "What an image measures and was made of: the file "
			  "that \"veraclave "
			  "build\" writes beside it, and what build --json "
			  "prints. Keys stand "
			  "in byte order; what is published is the file as it "
			  "is.",
			  pcrs, COUNT(pcrs) },
	[FORMAT_SCRUB] = { "Every change that scrub rules made: \"veraclave "
			   "build --report\".",
			   scrub, COUNT(scrub) },
	[FORMAT_ENVIRONMENT] = { "What one environment expects: the file that "
				 "\"veraclave pcrs\" "
				 "keeps, releases in the order in which they "
				 "came.",
				 environment_keys, COUNT(environment_keys) },
	[FORMAT_VERDICT] = { "\"veraclave verify --json\", also when the "
			     "answer is no.",
			     verdict_keys, COUNT(verdict_keys) },
	[FORMAT_RAMDISK] = { "\"veraclave ramdisk --json\".", ramdisk_keys,
			     COUNT(ramdisk_keys) },
	[FORMAT_DESCRIBE] = { "\"veraclave describe --json\": what nitro-cli "
			      "prints, and more. "
			      "What is optional is left out when the image "
			      "lacks it.",
			      describe_keys, COUNT(describe_keys) },
	[FORMAT_CHECK] = { "\"veraclave build --check FILE --json\", a yes as "
			   "well as a no.",
			   check_keys, COUNT(check_keys) },
	[FORMAT_UNPACKED] = { "eif.json of \"veraclave unpack\", from which "
			      "\"veraclave repack\" "
			      "makes the image.",
			      unpacked_keys, COUNT(unpacked_keys) },
	[FORMAT_NSM] = { "\"veraclave nsm describe --json\".", nsm_keys,
			 COUNT(nsm_keys) },
	[FORMAT_NSM_PCR] = { "\"veraclave nsm pcr N --json\".", nsm_pcr_keys,
			     COUNT(nsm_pcr_keys) },
	[FORMAT_RESULT] = { "--json of each verb without a format of its own "
			    "here, in one line. "
			    "What run and simulate print while they run is "
			    "another program's; "
			    "the line is the last.",
			    result_keys, COUNT(result_keys) },
	[FORMAT_ERROR] = { "--json of any verb that fails with a message, in "
			   "one line.",
			   error_keys, COUNT(error_keys) },
	[FORMAT_VERSION] = { "\"veraclave version --json\".", version_keys,
			     COUNT(version_keys) },
};
