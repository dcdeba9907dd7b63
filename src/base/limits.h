/*
 * Every limit on what comes from outside, each with its reason. A limit is
 * tested at n and at n + 1.
 */
#pragma once

#define KIB ((size_t)1 << 10)
#define MIB ((size_t)1 << 20)
#define GIB ((uint64_t)1 << 30)

/* A path inside an image: what Linux itself accepts, PATH_MAX less the NUL. */
#define LIMIT_PATH ((size_t)4095)
/* One component of a path: NAME_MAX. */
#define LIMIT_NAME ((size_t)255)
/* Entries in one image tree: four times the largest image seen. */
#define LIMIT_ENTRIES ((size_t)4 << 20)
/* A regular file in a newc archive: its size field has 32 bits. */
#define LIMIT_CPIO_FILE ((uint64_t)0xffffffff)
/* Sections in an EIF: the size of the header's tables. */
#define LIMIT_EIF_SECTIONS 32
/* The signature section: image-format's documented maximum. */
#define LIMIT_EIF_SIGNATURE ((size_t)32768)
/* The metadata section: JSON of which custom metadata is 4 KiB. */
#define LIMIT_EIF_METADATA (4 * MIB)
/* The kernel command line: COMMAND_LINE_SIZE of the kernel is 2048 (x86_64,
 * arm64); the loader passes no more than a page. */
#define LIMIT_CMDLINE ((size_t)4096)
/* JSON documents: OCI manifests and configurations. Registries stop at 4 MiB */
#define LIMIT_JSON (4 * MIB)
/* A configuration file written by a person. */
#define LIMIT_CONFIG (1 * MIB)
/* Nesting of tables and arrays in it; people stop at five. */
#define LIMIT_TOML_DEPTH 32
/* Keys of one table in it: they are searched one after the other. */
#define LIMIT_TOML_KEYS 4096
/* Certificates and keys in PEM. */
#define LIMIT_PEM (1 * MIB)
/* Nesting of CBOR items. */
#define LIMIT_CBOR_DEPTH 16
/* Map keys remembered in order to find one given twice: a Nitro document has
 * 9 and 32 at most. */
#define LIMIT_CBOR_KEYS 256
/* Layers of one image: what container engines accept is 127. */
#define LIMIT_LAYERS 512
/* One extended header of a tar entry: what Go's reader, and with it container
 * engines, accept. */
#define LIMIT_PAX (1 * MIB)
/* Extended attributes of a file: their names fill 64 KiB at most on Linux;
 * a value is 64 KiB at most there. */
#define LIMIT_XATTRS      1024
#define LIMIT_XATTR_VALUE ((size_t)65536)
/* Parts of a sparse file: a disk image of 64 GiB, fragmented. */
#define LIMIT_SPARSE ((size_t)1 << 18)
/* A file in a tar archive with its holes: no ramdisk holds more than 4 GiB,
 * but a file may be removed before it is written. */
#define LIMIT_TAR_FILE ((uint64_t)1 << 40)
/* Symbolic links followed on the way to one name: what Linux follows. */
#define LIMIT_SYMLINKS 40
/* What comes through a pipe and has to be kept: no image is that large. */
#define LIMIT_STREAM (64 * GIB)
/* What small input may become when it is unpacked, and how many times its size
 * larger input may: layers are seldom more than 20 times as large. */
#define LIMIT_UNPACKED        (1 * GIB)
#define LIMIT_UNPACKED_FACTOR 100
/* Bytes of names looked up while symbolic links are followed: for all, and for
 * each entry, which has one or two links in front of it. */
#define LIMIT_WALK        ((uint64_t)256 << 20)
#define LIMIT_WALK_FACTOR 4096
