#include "recipe/format_doc.h"

#include <string.h>

#include "base/fmt.h"
#include "codec/roff.h"

/* "a.b" is key b in map a, "a[]" what the list a holds. */
struct key {
	const char *path, *type, *help;
};

static const struct key pcrs[] = {
	{ "schema", "string", "nitro-pcrs/1." },
	{ "name", "string", "The enclave's name." },
	{ "version", "string or null", "The application's version." },
	{ "arch", "string", "x86_64 or aarch64." },
	{ "pcrs.0", "hex", "PCR0: kernel, command line and all ramdisks." },
	{ "pcrs.1", "hex", "PCR1: kernel, command line and boot ramdisk." },
	{ "pcrs.2", "hex", "PCR2: the application's ramdisk." },
	{ "pcrs.8", "hex or null",
	  "PCR8: the signing certificate; null for an unsigned image." },
	{ "eif.size", "number", "Bytes of the image file." },
	{ "eif.sha256", "hex", "SHA-256 of the image file." },
	{ "eif.digest", "hex",
	  "eif-digest/1: SHA-384 of the header and, for each section, of its "
	  "header and the SHA-384 of its data." },
	{ "lengths.kernel", "number", "Bytes of the kernel." },
	{ "lengths.cmdline", "number", "Bytes of the command line." },
	{ "lengths.ramdisks[]", "number", "Bytes of each ramdisk, in order." },
	{ "profiles.writer", "string",
	  "Who wrote the ramdisks: canonical/1 or nitro-cli/1." },
	{ "profiles.eif", "string", "Who wrote the image around them: eif/1." },
	{ "profiles.rules", "string",
	  "The set of scrub rules, with its version." },
	{ "epoch", "number", "The time written into files, since 1970." },
	{ "boot.known_as", "string or null",
	  "The boot stack, when PCR1 is one that is known." },
	{ "boot.kernel_version", "string", "As the kernel itself says it." },
	{ "image.kind", "string", "How the source was read." },
	{ "image.modes", "string, optional",
	  "Of a directory: git (owners are root, modes as git keeps them) or "
	  "keep." },
	{ "image.config_digest", "string",
	  "Digest of the container image's configuration, if it has one." },
	{ "image.diff_ids[]", "string", "Digests of its layers, unpacked." },
};

static const struct key scrub[] = {
	{ "schema", "string", "scrub-report/1." },
	{ "version", "number", "Version of the set of rules." },
	{ "changes[].rule", "string", "The rule, by its name." },
	{ "changes[].path", "string", "The file, relative to the image." },
	{ "changes[].action", "string", "What was done." },
	{ "changes[].bytes_before", "number", "Its size before." },
	{ "changes[].bytes_after", "number", "And after; 0 when it is gone." },
	{ "changes[].sha256_before", "hex or null", "Its digest before." },
	{ "changes[].sha256_after", "hex or null", "And after." },
};

static const struct key ramdisk_keys[] = {
	{ "schema", "string", "veraclave-ramdisk/1." },
	{ "path", "string", "The file that was written." },
	{ "size", "number", "Its bytes." },
	{ "profile", "string", "Who wrote it: canonical/1 or nitro-cli/1." },
	{ "scrub", "string", "The set of scrub rules." },
	{ "epoch", "number", "The time written into files, since 1970." },
	{ "sha384", "hex", "SHA-384 of the file." },
	{ "PCR2", "hex", "PCR2 of an image with it." },
};

static const struct key nsm_keys[] = {
	{ "schema", "string", "nsm-description/1." },
	{ "digest", "string", "The registers' digest." },
	{ "locked_pcrs[]", "number", "Registers that are locked." },
	{ "max_pcrs", "number", "How many there are." },
	{ "module_id", "string", "The module." },
	{ "version", "string", "Its version." },
};

static const struct key nsm_pcr_keys[] = {
	{ "schema", "string", "nsm-pcr/1." },
	{ "index", "number", "The register." },
	{ "data", "hex", "Its value." },
	{ "lock", "bool", "Whether it is locked." },
};

static const struct key result_keys[] = {
	{ "schema", "string", "veraclave-result/1." },
	{ "verb", "string", "The verb that ran." },
	{ "exit_status", "number",
	  "Its exit status: 0 done or yes, 1 the answer is no." },
	{ "result", "object",
	  "What it prints without --json, where that is JSON: Measurements, a "
	  "PCR, an environment." },
	{ "text", "string", "What it prints without --json, else." },
};

static const struct key error_keys[] = {
	{ "schema", "string", "veraclave-error/1." },
	{ "exit_status", "number", "2 usage, 3 malformed input, and so on." },
	{ "code", "string or null", "A code of \"veraclave explain\"." },
	{ "message", "string", "The sentence on standard error." },
	{ "hint", "string or null", "What to do." },
};

static const struct key version_keys[] = {
	{ "schema", "string", "veraclave-version/1." },
	{ "version", "string", "The program's version." },
};

static const struct key environment_keys[] = {
	{ "schema", "string", "veraclave-environment/1." },
	{ "releases[].name", "string", "Name and version; once in a file." },
	{ "releases[].pcrs.N", "hex", "Register N, from 0 to 31." },
	{ "releases[].revoked", "string or null",
	  "Why it must not run any more." },
};

static const struct key verdict_keys[] = {
	{ "schema", "string", "veraclave-verdict/1." },
	{ "verdict", "string", "pass, fail or unknown." },
	{ "trust", "string",
	  "The class of the root: aws-nitro, sim, qemu, development, or "
	  "none." },
	{ "development", "bool",
	  "Whether the policy lets development keys in, used or not." },
	{ "release", "string or null", "The release that fits." },
	{ "at", "number", "The time for which this was judged." },
	{ "at_from", "string",
	  "Where that is from: clock, option, or caller (of the library)." },
	{ "module_id", "string",
	  "As in the document, proven only by a pass; left out when the input "
	  "is no document." },
	{ "timestamp_ms", "number",
	  "Likewise: when it was made, in milliseconds since 1970." },
	{ "checks[].name", "string", "What was looked at: pcr2, time." },
	{ "checks[].result", "string", "pass, fail or unknown." },
	{ "checks[].code", "string",
	  "ok, or a code of \"veraclave explain\"." },
	{ "checks[].detail", "string", "What decided it, in words." },
};

/* What nitro-cli describe-eif prints, and more below new keys. */
static const struct key describe_keys[] = {
	{ "schema", "string", "veraclave-describe/1." },
	{ "EifVersion", "number", "Version of the image's format." },
	{ "Measurements.HashAlgorithm", "string",
	  "As nitro-cli has it: Sha384 { ... }." },
	{ "Measurements.PCR0", "hex",
	  "Kernel, command line and all ramdisks." },
	{ "Measurements.PCR1", "hex",
	  "Kernel, command line and boot ramdisk." },
	{ "Measurements.PCR2", "hex", "The application's ramdisk." },
	{ "Measurements.PCR8", "hex, optional",
	  "The signing certificate; of signed images." },
	{ "IsSigned", "bool", "Whether it has a signature." },
	{ "SigningCertificate.IssuerName", "object, optional",
	  "Names and values; this and what follows of signed images." },
	{ "SigningCertificate.Algorithm", "string, optional",
	  "Of the certificate's own signature." },
	{ "SigningCertificate.NotBefore", "string, optional",
	  "When it begins to be valid." },
	{ "SigningCertificate.NotAfter", "string, optional", "When it ends." },
	{ "SigningCertificate.Signature", "string, optional",
	  "Upper-case hex with colons." },
	{ "CheckCRC", "bool",
	  "true: an image with a wrong checksum is refused." },
	{ "SignatureCheck", "bool, optional",
	  "Of signed images: whether the signature is one of the "
	  "certificate's key over PCR0." },
	{ "ImageName", "string, optional",
	  "This and the next, and Metadata: of images that have metadata "
	  "that can be read." },
	{ "ImageVersion", "string, optional", "As the image says." },
	{ "Metadata", "object, optional",
	  "BuildTime, BuildTool, BuildToolVersion, OperatingSystem, "
	  "KernelVersion, DockerInfo, and the image's own keys; in "
	  "CustomMetadata when they are no map or would hide one of "
	  "these." },
	{ "File.Size", "number", "Bytes of the image file." },
	{ "File.EifDigest", "hex",
	  "eif-digest/1, as in nitro-pcrs/1 under eif.digest." },
	{ "File.Sha256", "hex, optional",
	  "SHA-256 of the file, when it was asked for." },
	{ "Architecture", "string", "x86_64 or aarch64." },
	{ "Flags", "number", "Of the header." },
	{ "DefaultMemory", "number", "Of the header, in bytes." },
	{ "DefaultCpus", "number", "Of the header." },
	{ "MeasuringProfile", "string", "classic." },
	{ "CommandLine", "string", "The kernel's." },
	{ "Kernel.Format", "string or null", "bzImage or Image." },
	{ "Kernel.Architecture", "string or null", "As the kernel says." },
	{ "Kernel.Version", "string, optional", "As the kernel says." },
	{ "BootStack", "object or null",
	  "KnownAs, Architecture and Source, when PCR1 is one that is "
	  "known." },
	{ "Sections[].Type", "string",
	  "kernel, cmdline, ramdisk, signature or metadata." },
	{ "Sections[].Offset", "number", "Where its header begins." },
	{ "Sections[].Size", "number", "Bytes of its data." },
	{ "Sections[].Flags", "number", "Of its header." },
	{ "Sections[].Sha384", "hex", "SHA-384 of its data." },
	{ "Warnings[].id", "string", "A code of \"veraclave explain\"." },
	{ "Warnings[].text", "string", "What is odd." },
};

static const struct key check_keys[] = {
	{ "schema", "string", "veraclave-check/1." },
	{ "record", "string", "The file that was compared with." },
	{ "same", "bool", "Whether all registers are those of the file." },
	{ "differ[].pcr", "number", "A register that differs." },
	{ "differ[].published", "hex", "Its value in the file." },
	{ "differ[].built", "hex", "Its value in what was built." },
};

static const struct key unpacked_keys[] = {
	{ "schema", "string", "veraclave-unpacked/1." },
	{ "version", "number", "Of the image's format." },
	{ "flags", "number", "Of the header, like what follows." },
	{ "default_memory", "string", "Bytes, in decimal: 64 bits." },
	{ "default_cpus", "string", "Likewise." },
	{ "reserved", "number", "What the field holds." },
	{ "unused", "number", "Likewise." },
	{ "sections[].type", "string",
	  "kernel, cmdline, ramdisk, signature or metadata." },
	{ "sections[].flags", "number", "Of the section's header." },
	{ "sections[].file", "string",
	  "The file beside this one that holds its data." },
};

static const struct {
	const char *name, *help;
	const struct key *key;
	size_t n;
} formats[] = {
	{ "nitro-pcrs/1",
	  "What an image measures and was made of: the file that \"veraclave "
	  "build\" writes beside it, and what build --json prints. Keys stand "
	  "in byte order; what is published is the file as it is.",
	  pcrs, COUNT(pcrs) },
	{ "scrub-report/1",
	  "Every change that scrub rules made: \"veraclave build --report\".",
	  scrub, COUNT(scrub) },
	{ "veraclave-environment/1",
	  "What one environment expects: the file that \"veraclave pcrs\" "
	  "keeps, releases in the order in which they came.",
	  environment_keys, COUNT(environment_keys) },
	{ "veraclave-verdict/1",
	  "\"veraclave verify --json\", also when the answer is no.",
	  verdict_keys, COUNT(verdict_keys) },
	{ "veraclave-ramdisk/1", "\"veraclave ramdisk --json\".", ramdisk_keys,
	  COUNT(ramdisk_keys) },
	{ "veraclave-describe/1",
	  "\"veraclave describe --json\": what nitro-cli prints, and more. "
	  "What is optional is left out when the image lacks it.",
	  describe_keys, COUNT(describe_keys) },
	{ "veraclave-check/1",
	  "\"veraclave build --check FILE --json\", a yes as well as a no.",
	  check_keys, COUNT(check_keys) },
	{ "veraclave-unpacked/1",
	  "eif.json of \"veraclave unpack\", from which \"veraclave repack\" "
	  "makes the image.",
	  unpacked_keys, COUNT(unpacked_keys) },
	{ "nsm-description/1", "\"veraclave nsm describe --json\".", nsm_keys,
	  COUNT(nsm_keys) },
	{ "nsm-pcr/1", "\"veraclave nsm pcr N --json\".", nsm_pcr_keys,
	  COUNT(nsm_pcr_keys) },
	{ "veraclave-result/1",
	  "--json of each verb that has no kind of its own here, in one line. "
	  "What run and simulate print while they run is another program's; "
	  "the line is the last.",
	  result_keys, COUNT(result_keys) },
	{ "veraclave-error/1",
	  "--json of any verb that fails with a message, in one line.",
	  error_keys, COUNT(error_keys) },
	{ "veraclave-version/1", "\"veraclave version --json\".", version_keys,
	  COUNT(version_keys) },
};

static const char intro[] =
	"JSON for other programs. Each kind has a name and a version, in its "
	"key schema. A reader must pass over keys that it does not know; a "
	"change that such a reader would notice is a new version. Digests are "
	"lower-case hex, times are seconds since 1970.";

void
format_doc_text(struct buf *b)
{
	buf_str(b, "formats: JSON that veraclave writes\n\n");
	fmt_wrap(b, "", intro);
	for (size_t i = 0; i < COUNT(formats); i++) {
		buf_fmt(b, "\n%s\n", formats[i].name);
		fmt_wrap(b, "", formats[i].help);
		for (size_t k = 0; k < formats[i].n; k++) {
			const struct key *key = &formats[i].key[k];
			buf_fmt(b, "\n  %s (%s)\n", key->path, key->type);
			fmt_wrap(b, "      ", key->help);
		}
	}
}

void
format_doc_mdoc(struct buf *b, const char *version)
{
	buf_fmt(b,
		".Dd November 22, 2026\n.Dt VERACLAVE-FORMATS 7\n"
		".Os Veraclave %s\n.Sh NAME\n.Nm veraclave-formats\n"
		".Nd JSON that veraclave writes\n.Sh DESCRIPTION\n",
		version);
	roff_text(b, intro);
	for (size_t i = 0; i < COUNT(formats); i++) {
		buf_fmt(b, ".Ss %s\n", formats[i].name);
		roff_text(b, formats[i].help);
		buf_str(b, ".Bl -tag -width Ds\n");
		for (size_t k = 0; k < formats[i].n; k++) {
			const struct key *key = &formats[i].key[k];
			buf_fmt(b, ".It Va %s Pq %s\n", key->path, key->type);
			roff_text(b, key->help);
		}
		buf_str(b, ".El\n");
	}
	buf_str(b, ".Sh SEE ALSO\n.Xr veraclave 1 ,\n.Xr enclave.toml 5\n");
}

void
format_doc_markdown(struct buf *b)
{
	buf_str(b, "# JSON that Veraclave writes\n\n");
	fmt_wrap(b, "", intro);
	buf_str(b, "\nMade by `veraclave help --markdown formats`; "
		   "`man veraclave-formats` says the\nsame.\n");
	for (size_t i = 0; i < COUNT(formats); i++) {
		buf_fmt(b, "\n## %s\n\n", formats[i].name);
		fmt_wrap(b, "", formats[i].help);
		buf_str(b, "\n| key | value | meaning |\n|---|---|---|\n");
		for (size_t k = 0; k < formats[i].n; k++) {
			const struct key *key = &formats[i].key[k];
			buf_fmt(b, "| `%s` | %s | %s |\n", key->path, key->type,
				key->help);
		}
	}
}
