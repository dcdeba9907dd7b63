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
	{ .name = "", .help = "The name and version of the enclave." },
	{ .name = "source",
	  .help = "The source of the files: exactly one of dockerfile, image, "
		  "rootfs, or the key debian of the table rootfs." },
	{ .name = "rootfs",
	  .help = "A Debian system that mmdebstrap makes from packages, "
		  "without a container engine, and your own files on top." },
	{ .name = "process",
	  .help = "The process in the enclave. Every key replaces the image's "
		  "value; without this table the image decides." },
	{ .name = "boot",
	  .help = "The parts that boot the enclave: a directory with all of "
		  "them, or single parts. The default is the boot stack of "
		  "veraclave." },
	{ .name = "build",
	  .help = "How files become bytes. All of this is measured: the same "
		  "PCRs require the same values here." },
	{ .name = "resources",
	  .help = "The resources that the enclave requests. Not measured." },
	{ .name = "sign",
	  .help = "The key that signs the image, which sets PCR8. \"build "
		  "--no-sign\" does not sign." },
	{ .name = "metadata",
	  .help = "Your own keys, written into the image's metadata section as "
		  "JSON. Not measured, at most 4096 bytes.",
	  .kept = true,
	  .offset =
		  BIND_AT(struct build_config, metadata, const struct toml *) },
	{ .name = "environments",
	  .help = "Differences between environments. Not implemented yet, and "
		  "refused: veraclave pcrs maintains the expectations of each "
		  "environment.",
	  .later = true },
	{ .name = "egress",
	  .help = "Connections out of the enclave. Not implemented yet, and "
		  "refused.",
	  .later = true },
	{ .name = "ingress",
	  .help = "Connections into the enclave. An application that listens "
		  "on vsock does not need this table." },
	{ .name = "attest",
	  .help = "The attestation of the enclave. Not implemented yet, and "
		  "refused.",
	  .later = true },
};

static const struct bind_row rows[] = {
	{ STR("", "name", name),
	  .help = "The name of the enclave; written into the metadata section.",
	  .example = "\"signer\"", .fallback = "enclave" },
	{ STR("", "version", version),
	  .help = "The version of your application; written into the metadata "
		  "section.",
	  .example = "\"1.4.0\"", .instead = "no version" },

	{ PATH("source", "dockerfile", dockerfile),
	  .help = "A Dockerfile, built by an installed engine.",
	  .example = "\"Dockerfile\"" },
	{ PATH("source", "context", context),
	  .help = "The directory from which the Dockerfile's COPY reads.",
	  .example = "\".\"", .instead = "the Dockerfile's directory",
	  .needs = "dockerfile" },
	{ STR("source", "target", target),
	  .help = "The stage of the Dockerfile to build.",
	  .example = "\"release\"", .instead = "the last stage",
	  .needs = "dockerfile" },
	{ STR("source", "network", network),
	  .help = "The network of RUN: none, host or default.",
	  .example = "\"none\"", .instead = "the engine's default",
	  .needs = "dockerfile" },
	{ PAIRS("source", "args", args),
	  .help = "Values for the Dockerfile's ARG.",
	  .example = "{ REGION = \"eu-west-1\" }", .needs = "dockerfile" },
	{ ENUM("source", "engine", engine, engine_names),
	  .help = "The engine that builds the Dockerfile; auto uses the first "
		  "that is installed, in this order.",
	  .example = "\"buildah\"", .fallback = "auto", .needs = "dockerfile" },
	{ OWN("source", "image", image, const char *, config_read_image,
	      "image", "an image"),
	  .help = "A container image: a path to an OCI layout, a \"docker "
		  "save\" archive or a file-system tar, recognised by its "
		  "content or named by a prefix (oci: oci-archive: "
		  "docker-archive: docker-dir: tar: dir:), or an image in a "
		  "registry, docker://HOST/NAME@DIGEST.",
	  .example = "\"oci:image\"" },
	{ PATH("source", "rootfs", rootfs),
	  .help = "A root file system: a directory, or a tar as \"docker "
		  "export\" writes it. It does not name a command: set "
		  "process.",
	  .example = "\"rootfs\"" },

	{ STR("rootfs", "debian", debian), .help = "The release to install.",
	  .example = "\"bookworm\"" },
	{ LIST("rootfs", "packages", packages),
	  .help = "Packages to install, with their dependencies.",
	  .example = "[\"python3\", \"ca-certificates\"]", .needs = "debian" },
	{ STR("rootfs", "mirror", mirror),
	  .help = "The address of the packages; a snapshot's address gives the "
		  "same packages every time.",
	  .example = "\"http://mirror.example.com/debian/"
		     "20260101T000000Z\"",
	  .instead = "the machine's own", .needs = "debian" },
	{ PATH("rootfs", "files", files),
	  .help = "A directory whose files are added to the system: your "
		  "application. Root owns them, and modes are as git keeps "
		  "them; existing directories of the system do not change.",
	  .example = "\"files\"", .instead = "packages only",
	  .needs = "debian" },
	{ ENUM("rootfs", "variant", variant, debian_variant_names),
	  .help = "The set of packages to start from, with mmdebstrap's names.",
	  .example = "\"essential\"", .fallback = "minbase",
	  .needs = "debian" },

	{ LIST("process", "entrypoint", entrypoint), .whole = true,
	  .help = "The program and its first arguments. As in Docker, it also "
		  "replaces the image's cmd.",
	  .example = "[\"/usr/bin/signer\"]", .instead = "the image's" },
	{ LIST("process", "cmd", cmd), .whole = true,
	  .help = "Arguments after the entrypoint, or the whole command if "
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
	  .help = "A directory with the parts in AWS's layout: bzImage or "
		  "Image, cmdline, init and nsm.ko.",
	  .example = "\"/usr/share/nitro_enclaves/blobs\"" },
	{ PATH("boot", "kernel", kernel),
	  .help = "The kernel: bzImage (x86_64) or Image (aarch64).",
	  .example = "\"boot/bzImage\"" },
	{ STR("boot", "cmdline", cmdline),
	  .help = "The kernel's command line. It replaces the one in dir.",
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
	  .help = "Removes files that differ from build to build: none, safe "
		  "(caches, logs, machine identities), or minimal (also "
		  "documentation and package databases).",
	  .example = "\"safe\"", .fallback = "safe" },
	{ LIST("build", "scrub_disable", scrub_disable),
	  .help = "Rules of that set that are not applied.",
	  .example = "[\"logs\"]" },
	{ LIST("build", "scrub_enable", scrub_enable),
	  .help = "Rules that are applied although they are off by default.",
	  .example = "[\"account-order\"]" },
	{ U64("build", "epoch", epoch, 0, 0xffffffff),
	  .help = "The time to write where a time is required, in seconds "
		  "since 1970.",
	  .example = "0", .instead = "SOURCE_DATE_EPOCH, or 0" },
	{ ENUM("build", "mtime", mtime, ramdisk_mtime_names),
	  .help = "Times of files: fixed sets all to the epoch, clamp only "
		  "later ones.",
	  .example = "\"fixed\"", .fallback = "fixed" },
	{ ENUM("build", "caps", caps, ramdisk_caps_names),
	  .help = "File capabilities, which a ramdisk cannot hold: error "
		  "refuses them, drop removes them, init lets init set them "
		  "again at boot.",
	  .example = "\"drop\"", .fallback = "error" },
	{ ENUM("build", "owner", owner, ramdisk_owner_names),
	  .help = "Owners of files: as in the image, or all root.",
	  .example = "\"root\"", .fallback = "keep" },
	{ ENUM("build", "dir_modes", dir_modes, image_modes_names),
	  .help = "Owners and modes of a source that is a directory. git: root "
		  "owns all files, with mode 0755 for directories and programs "
		  "and 0644 for others, as git keeps them, so that every "
		  "checkout gives the same bytes. keep: as they are on the "
		  "disk, for a root file system that root has made.",
	  .example = "\"keep\"", .fallback = "git" },
	{ LIST("build", "devices", devices),
	  .help = "Device nodes to keep. Others are removed: the kernel makes "
		  "its own.",
	  .example = "[\"dev/custom\"]" },
	{ ENUM("build", "arch", arch, config_arch_names),
	  .help = "The machine to build for.", .example = "\"x86_64\"",
	  .fallback = "host" },
	{ ENUM("build", "missing_command", missing_command,
	       process_missing_names),
	  .help = "A command that is not a program of the image: error refuses "
		  "to build, allow only warns.",
	  .example = "\"allow\"", .fallback = "error" },
	{ LIST("build", "allow_secrets", allow_secrets),
	  .help = "Files, and environment variables as env:NAME, that look "
		  "like secrets (private keys, credentials) but may be in the "
		  "image. Others stop the build, because anyone can read an "
		  "enclave image.",
	  .example = "[\"etc/ssl/test-key.pem\", \"env:API_KEY\"]" },

	{ U64("resources", "memory_mib", memory_mib, 1, 1 << 30),
	  .help = "Memory in MiB. An image starts with at least 64 MiB and "
		  "four times its size; for a lower value run uses four times "
		  "the size and at least 512 MiB.",
	  .example = "512", .instead = "1024" },
	{ U64("resources", "cpus", cpus, 1, 4096), .help = "Processors.",
	  .example = "2", .instead = "2" },

	{ OWN("ingress", "tcp", ingress, struct ports, config_read_ports,
	      "ports", "an array of up to 16 numbers, 1 to 65535"),
	  .help = "Ports of ordinary TCP servers. Veraclave's init forwards "
		  "each connection to the vsock port of that number to the "
		  "same port of 127.0.0.1 in the enclave. Measured.",
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
	  .help = "A file with the token's PIN. Without it, veraclave asks for "
		  "the PIN on a terminal.",
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
