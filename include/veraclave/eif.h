/*
 * What is in an enclave image file (EIF), and what will the enclave measure?
 *
 * The image is read through a function of the caller: a file, an object in a
 * store, memory. It is read strictly, as `veraclave describe` reads it: an
 * image that AWS's tools and the machine would measure differently is refused
 * with the name of the rule that it breaks.
 *
 *	veraclave_eif *f = veraclave_eif_new();
 *	if (veraclave_eif_open(f, my_read, my_file, my_size) == VERACLAVE_OK &&
 *	    veraclave_eif_measure(f) == VERACLAVE_OK)
 *		pcr0 = veraclave_eif_bytes(f, VERACLAVE_EIF_PCR, 0, &size);
 *
 * A handle belongs to one thread at a time and takes one image after the other;
 * handles share nothing. The library reads no file, clock or environment
 * variable by itself. Memory does not depend on the size of the image: a handle
 * has a limit of 32 MiB, besides the JSON of metadata while it is looked at.
 * All text is UTF-8 and NUL-terminated, and belongs to the handle until the
 * next image. Handles may be NULL only where it says so.
 *
 * When opening or measuring failed, or was not done yet, all that follows gives
 * 0 or NULL.
 */
#ifndef VERACLAVE_EIF_H
#define VERACLAVE_EIF_H

#include <veraclave/image.h>

#ifdef __cplusplus
extern "C" {
#endif

enum veraclave_arch {
	VERACLAVE_ARCH_UNKNOWN = 0,
	VERACLAVE_ARCH_X86_64 = 1,
	VERACLAVE_ARCH_AARCH64 = 2
};

enum veraclave_section {
	VERACLAVE_SECTION_UNKNOWN = 0,
	VERACLAVE_SECTION_KERNEL = 1,
	VERACLAVE_SECTION_CMDLINE = 2,
	VERACLAVE_SECTION_RAMDISK = 3,
	VERACLAVE_SECTION_SIGNATURE = 4,
	VERACLAVE_SECTION_METADATA = 5
};

/* What a signature is worth. */
enum veraclave_signature {
	VERACLAVE_SIGNATURE_UNKNOWN = 0, /* the image is not measured */
	VERACLAVE_SIGNATURE_NONE = 1,    /* the image is not signed */
	VERACLAVE_SIGNATURE_GOOD = 2,
	VERACLAVE_SIGNATURE_FORGED = 3,     /* not by the certificate's key */
	VERACLAVE_SIGNATURE_OTHER_IMAGE = 4 /* over another PCR0 */
};

/* Where a moment lies in the certificate's time. */
enum veraclave_validity {
	VERACLAVE_VALIDITY_UNKNOWN = 0, /* there is no certificate */
	VERACLAVE_VALID = 1,
	VERACLAVE_NOT_YET_VALID = 2,
	VERACLAVE_EXPIRED = 3 /* the hypervisor does not start the image */
};

/* What the image is measured to, and what its small sections hold. */
enum veraclave_eif_field {
	VERACLAVE_EIF_FIELD_UNKNOWN = 0, /* no field */
	VERACLAVE_EIF_PCR = 1,           /* 0, 1, 2, and 8 when signed */
	VERACLAVE_EIF_DIGEST = 2,        /* eif-digest/1, of the whole image */
	VERACLAVE_EIF_SECTION = 3,       /* the SHA-384 of a section's data */
	VERACLAVE_EIF_CMDLINE = 4,       /* its first 4096 bytes */
	VERACLAVE_EIF_METADATA = 5,      /* JSON as it is; nobody measures it */
	VERACLAVE_EIF_CERTIFICATE = 6    /* of the signature, DER */
};

/*
 * From veraclave_eif_open on: the header, and the sections in their order, 1
 * to 32. `at` is where a section's data begin.
 */
VERACLAVE_API unsigned veraclave_eif_version(const veraclave_eif *f);
VERACLAVE_API unsigned veraclave_eif_flags(const veraclave_eif *f);
VERACLAVE_API enum veraclave_arch veraclave_eif_arch(const veraclave_eif *f);
VERACLAVE_API size_t veraclave_eif_sections(const veraclave_eif *f);
VERACLAVE_API enum veraclave_section
veraclave_eif_section_type(const veraclave_eif *f, size_t i);
VERACLAVE_API uint64_t veraclave_eif_section_at(const veraclave_eif *f,
						size_t i);
VERACLAVE_API uint64_t veraclave_eif_section_size(const veraclave_eif *f,
						  size_t i);
VERACLAVE_API unsigned veraclave_eif_section_flags(const veraclave_eif *f,
						   size_t i);

/*
 * From veraclave_eif_measure on. Registers and digests have 48 bytes.
 */

/* The bytes of a field. `index` is that of a register or a section, and 0 for
 * the others. NULL for what the image does not have; an empty field is not
 * NULL. */
VERACLAVE_API const void *veraclave_eif_bytes(const veraclave_eif *f,
					      enum veraclave_eif_field field,
					      unsigned index, size_t *size);
VERACLAVE_API enum veraclave_signature
veraclave_eif_signature(const veraclave_eif *f);
/* Of the signing certificate: "C=US, CN=signer", escaped; when it is valid, in
 * seconds since 1970, both included; and where a moment lies. */
VERACLAVE_API const char *veraclave_eif_subject(const veraclave_eif *f);
VERACLAVE_API int64_t veraclave_eif_not_before(const veraclave_eif *f);
VERACLAVE_API int64_t veraclave_eif_not_after(const veraclave_eif *f);
VERACLAVE_API enum veraclave_validity
veraclave_eif_validity(const veraclave_eif *f, int64_t at);

/* What is odd and does not change how the image is measured: stable names, and
 * sentences in which text of the image is escaped. NULL behind the last. */
VERACLAVE_API size_t veraclave_eif_warnings(const veraclave_eif *f);
VERACLAVE_API const char *veraclave_eif_warning_code(const veraclave_eif *f,
						     size_t i);
VERACLAVE_API const char *veraclave_eif_warning_text(const veraclave_eif *f,
						     size_t i);

#ifdef __cplusplus
}
#endif

#endif
