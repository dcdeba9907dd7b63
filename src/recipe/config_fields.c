#include "recipe/config_fields.h"

#define AT(f, T) BIND_FIELD(struct build_config, f, T)
#define STR(t, k, f) \
	.kind = BIND_TEXT, .table = (t), .key = (k), AT(f, const char *)
#define PATH(t, k, f) \
	.kind = BIND_PATH, .table = (t), .key = (k), AT(f, const char *)
#define LIST(t, k, f) \
	.kind = BIND_LIST, .table = (t), .key = (k), AT(f, struct strings)
#define PAIRS(t, k, f) \
	.kind = BIND_PAIRS, .table = (t), .key = (k), AT(f, struct strings)
#define U64(t, k, f, lo, hi)                                            \
	.kind = BIND_NUMBER, .table = (t), .key = (k), AT(f, uint64_t), \
	.min = (lo), .max = (hi)
#define ENUM(t, k, f, names)                                            \
	.kind = BIND_CHOICE, .table = (t), .key = (k), AT(f, unsigned), \
	.choice = (names)
/* What only this file knows: by a reader, and in a word and a phrase. */
#define OWN(t, k, f, T, r, w, p)                                           \
	.kind = BIND_OWN, .table = (t), .key = (k), AT(f, T), .read = (r), \
	.type = (w), .takes = (p)

const char *const config_arch_names[] = {
	[CONFIG_ARCH_HOST] = "host",
	[CONFIG_ARCH_X86_64] = "x86_64",
	[CONFIG_ARCH_AARCH64] = "aarch64",
	[CONFIG_ARCH_AARCH64 + 1] = NULL,
};

static const struct bind_table tables[] = {
	{ .name = "", .help = "What the enclave is called." },
	{ .name = "source",
	  .help = "Where the files come from: exactly one of dockerfile, "
		  "image, "
		  "rootfs, or the key debian of the table rootfs." },
	{ .name = "rootfs",
	  .help = "A Debian system made of packages by mmdebstrap, without a "
		  "container engine, and your own files over it." },
	{ .name = "process",
	  .help = "What runs in the enclave. Every key replaces what the image "
		  "says; without this table the image decides." },
	{ .name = "boot",
	  .help = "What boots the enclave: a directory of ready parts, or the "
		  "parts one by one. Without this table it is the stack that "
		  "comes with veraclave." },
	{ .name = "build",
	  .help = "How files become bytes. All of it is measured: two people "
		  "who want the same PCRs need the same values here." },
	{ .name = "resources",
	  .help = "What the enclave asks for when it is run. Not measured." },
	{ .name = "sign",
	  .help = "Who signs the image, which gives it a PCR8. \"build "
		  "--no-sign\" leaves it unsigned." },
	{ .name = "metadata",
	  .help = "Keys of your own, put into the image's metadata section as "
		  "JSON. Not measured, at most 4096 bytes.",
	  .kept = true,
	  .offset =
		  BIND_AT(struct build_config, metadata, const struct toml *) },
	{ .name = "environments",
	  .help = "What differs between environments. Not built yet, and "
		  "refused: veraclave pcrs keeps what each expects.",
	  .later = true },
	{ .name = "egress",
	  .help = "Connections out of the enclave. Not built yet, and "
		  "refused.",
	  .later = true },
	{ .name = "ingress",
	  .help = "Connections into the enclave. An application that listens "
		  "on vsock needs none of this." },
	{ .name = "attest",
	  .help = "How the enclave attests itself. Not built yet, and "
		  "refused.",
	  .later = true },
};

static const struct bind_row rows[] = {
	{ STR("", "name", name),
	  .help = "What the enclave is called; written into the metadata "
		  "section.",
	  .example = "\"signer\"", .fallback = "enclave" },
	{ STR("", "version", version),
	  .help = "The version of your application; written into the metadata "
		  "section.",
	  .example = "\"1.4.0\"", .instead = "no version" },

	{ PATH("source", "dockerfile", dockerfile),
	  .help = "A Dockerfile, which an installed engine builds.",
	  .example = "\"Dockerfile\"" },
	{ PATH("source", "context", context),
	  .help = "The directory that the Dockerfile's COPY sees.",
	  .example = "\".\"", .instead = "the Dockerfile's directory",
	  .needs = "dockerfile" },
	{ STR("source", "target", target),
	  .help = "The stage of the Dockerfile to take.",
	  .example = "\"release\"", .instead = "the last stage",
	  .needs = "dockerfile" },
	{ STR("source", "network", network),
	  .help = "The network that RUN has: none, host or default.",
	  .example = "\"none\"", .instead = "what the engine gives",
	  .needs = "dockerfile" },
	{ PAIRS("source", "args", args),
	  .help = "Values for the Dockerfile's ARG.",
	  .example = "{ REGION = \"eu-west-1\" }", .needs = "dockerfile" },
	{ ENUM("source", "engine", engine, engine_names),
	  .help = "The engine that builds the Dockerfile; auto takes the first "
		  "that is installed, in this order.",
	  .example = "\"buildah\"", .fallback = "auto", .needs = "dockerfile" },
	{ OWN("source", "image", image, const char *, config_read_image,
	      "image", "an image"),
	  .help = "A container image: a path to an OCI layout, a \"docker "
		  "save\" archive or a file-system tar, found out by looking "
		  "or "
		  "said by a prefix (oci: oci-archive: docker-archive: "
		  "docker-dir: tar: dir:), or an image in a registry, "
		  "docker://HOST/NAME@DIGEST.",
	  .example = "\"oci:image\"" },
	{ PATH("source", "rootfs", rootfs),
	  .help = "A root file system: a directory, or a tar of one as "
		  "\"docker "
		  "export\" writes it. It says nothing of what to run: set "
		  "process.",
	  .example = "\"rootfs\"" },

	{ STR("rootfs", "debian", debian), .help = "The release to install.",
	  .example = "\"bookworm\"" },
	{ LIST("rootfs", "packages", packages),
	  .help = "Packages to install, with all that they depend on.",
	  .example = "[\"python3\", \"ca-certificates\"]", .needs = "debian" },
	{ STR("rootfs", "mirror", mirror),
	  .help = "Where packages come from; a snapshot's address makes the "
		  "same packages come every time.",
	  .example = "\"http://mirror.example.com/debian/"
		     "20260101T000000Z\"",
	  .instead = "the machine's own", .needs = "debian" },
	{ PATH("rootfs", "files", files),
	  .help = "A directory whose files are laid over the system: your "
		  "application. Root owns them, modes are those that git "
		  "keeps; directories that the system has stay as they are.",
	  .example = "\"files\"", .instead = "packages only",
	  .needs = "debian" },
	{ ENUM("rootfs", "variant", variant, debian_variant_names),
	  .help = "The set of packages to start from, in mmdebstrap's words.",
	  .example = "\"essential\"", .fallback = "minbase",
	  .needs = "debian" },

	{ LIST("process", "entrypoint", entrypoint), .whole = true,
	  .help = "The program and its first arguments. As in Docker, giving "
		  "it drops the image's cmd.",
	  .example = "[\"/usr/bin/signer\"]", .instead = "the image's" },
	{ LIST("process", "cmd", cmd), .whole = true,
	  .help = "Arguments behind the entrypoint, or the whole command when "
		  "there is no entrypoint.",
	  .example = "[\"--port\", \"8000\"]", .instead = "the image's" },
	{ PAIRS("process", "env", env),
	  .help = "Environment variables, added to the image's. They are "
		  "measured and public: no secrets here.",
	  .example = "{ LOG_LEVEL = \"info\" }" },
	{ STR("process", "workdir", workdir),
	  .help = "The directory to start in.", .example = "\"/app\"",
	  .instead = "the image's, or /" },
	{ STR("process", "user", user),
	  .help = "The user to run as: name or number, with an optional "
		  ":group.",
	  .example = "\"app\"", .instead = "the image's, or root" },

	{ PATH("boot", "dir", boot_dir),
	  .help = "A directory with the parts as AWS ships them: bzImage or "
		  "Image, cmdline, init and nsm.ko.",
	  .example = "\"/usr/share/nitro_enclaves/blobs\"" },
	{ PATH("boot", "kernel", kernel),
	  .help = "The kernel: bzImage (x86_64) or Image (aarch64).",
	  .example = "\"boot/bzImage\"" },
	{ STR("boot", "cmdline", cmdline),
	  .help = "The kernel's command line. Together with dir it replaces "
		  "the one there.",
	  .example = "\"console=ttyS0 reboot=k panic=30 pci=off\"" },
	{ PATH("boot", "init", init),
	  .help = "The first program: a static one.",
	  .example = "\"boot/init\"" },
	{ PATH("boot", "nsm_ko", nsm_ko),
	  .help = "The NSM driver as a module, for kernels without it.",
	  .example = "\"boot/nsm.ko\"" },

	{ ENUM("build", "profile", profile, ramdisk_profile_names),
	  .help = "The writer of the ramdisks. canonical depends on the files "
		  "alone and keeps ENTRYPOINT, CMD, ENV, WORKDIR and USER as "
		  "Docker has them; nitro-cli gives the bytes, and so the "
		  "PCRs, "
		  "that nitro-cli gives for the same input.",
	  .example = "\"canonical\"", .fallback = "canonical" },
	{ ENUM("build", "scrub", scrub, scrub_profile_names),
	  .help = "Takes out files that differ from build to build: none, safe "
		  "(caches, logs, machine identities), or minimal (also "
		  "documentation and package databases).",
	  .example = "\"safe\"", .fallback = "safe" },
	{ LIST("build", "scrub_disable", scrub_disable),
	  .help = "Rules of that set which are not applied.",
	  .example = "[\"logs\"]" },
	{ LIST("build", "scrub_enable", scrub_enable),
	  .help = "Rules that are applied although they are off by default.",
	  .example = "[\"account-order\"]" },
	{ U64("build", "epoch", epoch, 0, 0xffffffff),
	  .help = "The time written where a time has to be, in seconds since "
		  "1970.",
	  .example = "0", .instead = "SOURCE_DATE_EPOCH, or 0" },
	{ ENUM("build", "mtime", mtime, ramdisk_mtime_names),
	  .help = "Times of files: fixed sets all to the epoch, clamp only "
		  "those behind it.",
	  .example = "\"fixed\"", .fallback = "fixed" },
	{ ENUM("build", "caps", caps, ramdisk_caps_names),
	  .help = "File capabilities, which a ramdisk cannot carry: error "
		  "refuses them, drop leaves them out, init has them set again "
		  "at boot.",
	  .example = "\"drop\"", .fallback = "error" },
	{ ENUM("build", "owner", owner, ramdisk_owner_names),
	  .help = "Owners of files: as in the image, or all root.",
	  .example = "\"root\"", .fallback = "keep" },
	{ ENUM("build", "dir_modes", dir_modes, image_modes_names),
	  .help = "Owners and modes of a source that is a directory. git: all "
		  "of root, and 0755 for directories and programs or 0644, as "
		  "git keeps them, so that every checkout gives the same "
		  "bytes. keep: as they are on the disk, for a system's root "
		  "that root has made.",
	  .example = "\"keep\"", .fallback = "git" },
	{ LIST("build", "devices", devices),
	  .help = "Device nodes to keep. Others are left out: the kernel makes "
		  "its own.",
	  .example = "[\"dev/custom\"]" },
	{ ENUM("build", "arch", arch, config_arch_names),
	  .help = "The machine to build for.", .example = "\"x86_64\"",
	  .fallback = "host" },
	{ ENUM("build", "missing_command", missing_command,
	       process_missing_names),
	  .help = "A command that is no program of the image: error refuses "
		  "to build, allow only warns.",
	  .example = "\"allow\"", .fallback = "error" },
	{ LIST("build", "allow_secrets", allow_secrets),
	  .help = "Files, and environment variables as env:NAME, that look "
		  "like secrets (private keys, credentials) and may be in the "
		  "image all the same. Others stop the build: everybody can "
		  "read an enclave image.",
	  .example = "[\"etc/ssl/test-key.pem\", \"env:API_KEY\"]" },

	{ U64("resources", "memory_mib", memory_mib, 1, 1 << 30),
	  .help = "Memory in MiB. When it is less than 64 or than four times "
		  "the image, which is the least that starts, run gives it "
		  "four times the image and 512 at least.",
	  .example = "512", .instead = "1024" },
	{ U64("resources", "cpus", cpus, 1, 4096), .help = "Processors.",
	  .example = "2", .instead = "2" },

	{ OWN("ingress", "tcp", ingress, struct ports, config_read_ports,
	      "ports", "an array of up to 16 numbers, 1 to 65535"),
	  .help = "Ports of ordinary TCP servers. Veraclave's init leads each "
		  "connection to the vsock port of that number to the same "
		  "port of 127.0.0.1 inside. Measured.",
	  .example = "[8080]" },

	{ PATH("sign", "certificate", certificate),
	  .help = "The certificate in PEM, followed by its chain.",
	  .example = "\"signing.pem\"" },
	{ OWN("sign", "key", key, const char *, config_read_uri, "path or URI",
	      "a path or a pkcs11: URI"),
	  .help = "The private key: a PEM file, or a key in a token as "
		  "pkcs11:... (RFC 7512).",
	  .example = "\"pkcs11:token=enclaves;object=signing\"",
	  .needs = "certificate" },
	{ PATH("sign", "pin_file", pin_file),
	  .help = "A file with the token's PIN. Without it the PIN is asked "
		  "for where there is a terminal.",
	  .example = "\"pin\"", .needs = "key" },
	{ PATH("sign", "passphrase_file", passphrase_file),
	  .help = "A file with the passphrase of an encrypted key.",
	  .example = "\"passphrase\"", .needs = "key" },
};
const struct bind_file config_file = { .name = CONFIG_NAME,
				       .id = "config",
				       .table = tables,
				       .tables = COUNT(tables),
				       .row = rows,
				       .rows = COUNT(rows),
				       .page = &config_page };
