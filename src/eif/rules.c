#include "eif/rules.h"

#include <stdarg.h>

#define REBUILD "build the image again, with \"veraclave build\" or AWS's tools"
#define AGAIN   "copy or download the file again; if it stays so, " REBUILD

const struct eif_rule_row eif_rules[EIF_RULES] = {
	[EIF_R_MAGIC] = { "eif-magic", true,
			  "the file does not begin with the bytes \".eif\"",
			  "give an enclave image file (EIF)" },
	[EIF_R_TRUNCATED] = { "eif-truncated", true,
			      "the file ends before its last section does",
			      AGAIN },
	[EIF_R_VERSION] = { "eif-version", true,
			    "the format's version is not 2, 3 or 4",
			    "look for a newer veraclave, or rebuild the image "
			    "in version 4" },
	[EIF_R_SECTION_COUNT] = { "eif-section-count", true,
				  "the number of sections is 0 or above 32",
				  REBUILD },
	[EIF_R_TABLE_ORDER] = { "eif-table-order", true,
				"the table lists the sections in another order "
				"than they have in the file, or one twice: "
				"AWS's tools would print other PCRs than the "
				"machine reports",
				"do not trust measurements of this "
				"file; " REBUILD },
	[EIF_R_GAP] = { "eif-gap", true,
			"there are bytes between two sections, or two sections "
			"overlap: the checksum and the measurements depend on "
			"who reads",
			REBUILD },
	[EIF_R_SECTION_SIZE] = { "eif-section-size", true,
				 "the table and the section itself disagree "
				 "about the section's size",
				 "AWS's image-format library, 0.5.0 to 0.8.1 "
				 "at "
				 "least, leaves such files behind when it "
				 "signs a signed image again; "
				 "sign the unsigned image instead" },
	[EIF_R_TRAILING] = { "eif-trailing", true,
			     "there are bytes after the last section of the "
			     "table, which some readers measure",
			     "cut them off, or " REBUILD },
	[EIF_R_SECTION_TYPE] = { "eif-section-type", true,
				 "a section's type is not one of the five "
				 "known",
				 "look for a newer veraclave" },
	[EIF_R_MISSING] = { "eif-missing-section", true,
			    "there is no kernel, no command line or no ramdisk",
			    REBUILD },
	[EIF_R_DUPLICATE] = { "eif-duplicate-section", true,
			      "there are two kernels, command lines, "
			      "signatures or metadata sections",
			      REBUILD },
	[EIF_R_SECTION_ORDER] = { "eif-section-order", true,
				  "a ramdisk comes before the kernel",
				  REBUILD },
	[EIF_R_EMPTY] = { "eif-empty-section", true, "the kernel has no bytes",
			  REBUILD },
	[EIF_R_LIMIT] = { "eif-section-limit", true,
			  "a signature or metadata section is larger than the "
			  "format allows",
			  REBUILD },
	[EIF_R_CRC] = { "eif-crc", true,
			"the checksum in the header is not that of the file",
			AGAIN },
	[EIF_W_OLD_VERSION] = { "eif-old-version", false,
				"the format's version is 2 or 3; QEMU wants 4",
				NULL },
	[EIF_W_FLAGS] = { "eif-flags", false,
			  "the header has flags other than the architecture; "
			  "QEMU and older machines refuse them",
			  NULL },
	[EIF_W_UNUSED] = { "eif-unused", false,
			   "unused fields of the header are not zero", NULL },
	[EIF_W_SECTION_FLAGS] = { "eif-section-flags", false,
				  "a section has flags, which QEMU refuses",
				  NULL },
	[EIF_W_ORDER] = { "eif-order", false,
			  "the command line comes before the kernel or after "
			  "a ramdisk: measured in this order",
			  NULL },
	[EIF_W_EMPTY_RAMDISK] = { "eif-empty-ramdisk", false,
				  "a ramdisk has no bytes; QEMU does not load "
				  "it",
				  NULL },
	[EIF_W_NO_METADATA] = { "eif-no-metadata", false,
				"a version 4 image without metadata", NULL },
	[EIF_W_METADATA] = { "eif-metadata", false,
			     "the metadata is not what AWS's tools can read; "
			     "it is not measured",
			     NULL },
	[EIF_W_CMDLINE] = { "eif-cmdline", false,
			    "the command line is empty or holds bytes that a "
			    "kernel command line should not",
			    NULL },
	[EIF_W_KERNEL] = { "eif-kernel", false,
			   "the kernel is not an image that boots on the "
			   "architecture in the header",
			   NULL },
};

bool
eif_refuse(struct err *e, enum eif_rule rule, const char *fmt, ...)
{
	va_list ap;
	ASSERT(eif_rules[rule].refuses);
	va_start(ap, fmt);
	err_setv(e, ERR_INPUT, fmt, ap);
	va_end(ap);
	err_id(e, eif_rules[rule].id);
	return err_hint(e, "%s", eif_rules[rule].hint);
}

void
eif_warn(struct notes *n, enum eif_rule rule, const char *fmt, ...)
{
	struct err text;
	va_list ap;
	if (!n)
		return;
	va_start(ap, fmt);
	err_setv(&text, ERR_INPUT, fmt, ap);
	va_end(ap);
	ASSERT(!eif_rules[rule].refuses);
	note_warn(n, eif_rules[rule].id, "%s", text.msg);
}
