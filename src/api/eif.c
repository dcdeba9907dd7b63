/* The part of the public API that tells what came of an enclave image. */
#include "api/image.h"

#include "pcrs/pcr.h"

unsigned
veraclave_eif_version(const veraclave_eif *f)
{
	return f->opened ? f->eif.version : 0;
}

unsigned
veraclave_eif_flags(const veraclave_eif *f)
{
	return f->opened ? f->eif.flags : 0;
}

enum veraclave_arch
veraclave_eif_arch(const veraclave_eif *f)
{
	if (!f->opened)
		return VERACLAVE_ARCH_UNKNOWN;
	return f->eif.flags & EIF_FLAG_ARM64 ? VERACLAVE_ARCH_AARCH64
					     : VERACLAVE_ARCH_X86_64;
}

size_t
veraclave_eif_sections(const veraclave_eif *f)
{
	return f->opened ? f->eif.n : 0;
}

/* Zeros behind the last. */
static struct eif_section
section(const veraclave_eif *f, size_t i)
{
	return i < veraclave_eif_sections(f) ? f->eif.section[i]
					     : (struct eif_section){ 0 };
}

enum veraclave_section
veraclave_eif_section_type(const veraclave_eif *f, size_t i)
{
	static const enum veraclave_section types[EIF_TYPES] = {
		[EIF_KERNEL] = VERACLAVE_SECTION_KERNEL,
		[EIF_CMDLINE] = VERACLAVE_SECTION_CMDLINE,
		[EIF_RAMDISK] = VERACLAVE_SECTION_RAMDISK,
		[EIF_SIGNATURE] = VERACLAVE_SECTION_SIGNATURE,
		[EIF_METADATA] = VERACLAVE_SECTION_METADATA,
	};
	return types[section(f, i).type];
}

uint64_t
veraclave_eif_section_at(const veraclave_eif *f, size_t i)
{
	uint64_t at = section(f, i).at;
	return at ? at + EIF_SECTION_HEADER : 0;
}

uint64_t
veraclave_eif_section_size(const veraclave_eif *f, size_t i)
{
	return section(f, i).size;
}

unsigned
veraclave_eif_section_flags(const veraclave_eif *f, size_t i)
{
	return section(f, i).flags;
}

static struct span
register_of(const veraclave_eif *f, unsigned index)
{
	switch (index) {
	case 0:
		return hash_span(&f->m.pcr0);
	case 1:
		return hash_span(&f->m.pcr1);
	case 2:
		return hash_span(&f->m.pcr2);
	case 8:
		return f->content.is_signed ? hash_span(&f->pcr8)
					    : (struct span){ 0 };
	default:
		return (struct span){ 0 };
	}
}

/* Of the fields with one value; p is NULL when it is not there. */
static struct span
value_of(const veraclave_eif *f, enum veraclave_eif_field field)
{
	const struct kept *metadata = &f->kept[EIF_METADATA];
	switch (field) {
	case VERACLAVE_EIF_DIGEST:
		return hash_span(&f->digest);
	case VERACLAVE_EIF_CMDLINE:
		return f->content.cmdline;
	case VERACLAVE_EIF_METADATA:
		return (struct span){ metadata->p, metadata->n };
	case VERACLAVE_EIF_CERTIFICATE:
		return f->sig.cert.der;
	case VERACLAVE_EIF_PCR:
	case VERACLAVE_EIF_SECTION:
	case VERACLAVE_EIF_FIELD_UNKNOWN:
		break;
	}
	return (struct span){ 0 };
}

const void *
veraclave_eif_bytes(const veraclave_eif *f, enum veraclave_eif_field field,
		    unsigned index, size_t *size)
{
	struct span s = { 0 };
	if (f->measured && field == VERACLAVE_EIF_PCR)
		s = register_of(f, index);
	else if (f->measured && field == VERACLAVE_EIF_SECTION)
		s = index < f->m.n ? hash_span(&f->m.section[index].digest) : s;
	else if (f->measured && index == 0)
		s = value_of(f, field);
	*size = s.n;
	return s.p;
}

enum veraclave_signature
veraclave_eif_signature(const veraclave_eif *f)
{
	static const enum veraclave_signature verdicts[] = {
		[EIFSIG_GOOD] = VERACLAVE_SIGNATURE_GOOD,
		[EIFSIG_FORGED] = VERACLAVE_SIGNATURE_FORGED,
		[EIFSIG_OTHER_IMAGE] = VERACLAVE_SIGNATURE_OTHER_IMAGE,
	};
	if (!f->measured)
		return VERACLAVE_SIGNATURE_UNKNOWN;
	return f->content.is_signed ? verdicts[f->verdict]
				    : VERACLAVE_SIGNATURE_NONE;
}

/* NULL when there is none. */
static const struct x509 *
certificate(const veraclave_eif *f)
{
	return f->measured && f->content.is_signed ? &f->sig.cert : NULL;
}

const char *
veraclave_eif_subject(const veraclave_eif *f)
{
	return certificate(f) ? f->subject : NULL;
}

int64_t
veraclave_eif_not_before(const veraclave_eif *f)
{
	const struct x509 *x = certificate(f);
	return x ? x->not_before : 0;
}

int64_t
veraclave_eif_not_after(const veraclave_eif *f)
{
	const struct x509 *x = certificate(f);
	return x ? x->not_after : 0;
}

enum veraclave_validity
veraclave_eif_validity(const veraclave_eif *f, int64_t at)
{
	static const enum veraclave_validity all[] = {
		[X509_VALID] = VERACLAVE_VALID,
		[X509_NOT_YET] = VERACLAVE_NOT_YET_VALID,
		[X509_EXPIRED] = VERACLAVE_EXPIRED,
	};
	const struct x509 *x = certificate(f);
	return x ? all[x509_when(x, at)] : VERACLAVE_VALIDITY_UNKNOWN;
}

size_t
veraclave_eif_warnings(const veraclave_eif *f)
{
	return f->measured ? f->notes.n : 0;
}

/* NULL behind the last. */
static const struct note *
warning(const veraclave_eif *f, size_t i)
{
	const struct note *n = f->measured ? f->notes.first : NULL;
	while (n && i-- > 0)
		n = n->next;
	return n;
}

const char *
veraclave_eif_warning_code(const veraclave_eif *f, size_t i)
{
	const struct note *n = warning(f, i);
	return n ? n->id : NULL;
}

const char *
veraclave_eif_warning_text(const veraclave_eif *f, size_t i)
{
	const struct note *n = warning(f, i);
	return n ? n->text : NULL;
}
