#include <string.h>

#include "verbs/description.h"
#include "pcrs/measurements.h"
#include "pcrs/bootstack.h"

static void
put_measurements(struct jw *w, const struct eif_inspection *d)
{
	struct pcr_set s = eif_inspection_pcrs(d);
	measurements_put(w, &s);
}

/* Writes a sorted map; the last attribute of a name counts. */
static void
put_name(struct jw *w, const char *key, const struct x509_name *name)
{
	const char *done = "";
	jw_map(w, key);
	for (;;) {
		const struct x509_attr *next = NULL;
		for (size_t i = 0; i < name->n; i++) {
			const struct x509_attr *a = &name->v[i];
			if (strcmp(a->name, done) > 0 &&
			    (!next || strcmp(a->name, next->name) <= 0))
				next = a;
		}
		if (!next)
			break;
		jw_text(w, next->name, next->value);
		done = next->name;
	}
	jw_end(w);
}

static bool
put_certificate(struct jw *w, const struct x509 *x, struct err *e)
{
	DEFER(buf_free) struct buf hex = buf_max(64 * KIB);
	for (size_t i = 0; i < x->signature.n; i++)
		buf_fmt(&hex, "%s%02X", i ? ":" : "", x->signature.p[i]);
	jw_map(w, "SigningCertificate");
	put_name(w, "IssuerName", &x->issuer);
	jw_str(w, "Algorithm", x->algorithm);
	jw_str(w, "NotBefore", x->not_before_text);
	jw_str(w, "NotAfter", x->not_after_text);
	jw_text(w, "Signature", buf_view(&hex));
	jw_end(w);
	return buf_ok(&hex, "a certificate's signature", e);
}

static bool
is_standard(struct span key)
{
	static const char *const names[] = {
		"BuildTime",       "BuildTool",     "BuildToolVersion",
		"OperatingSystem", "KernelVersion", "DockerInfo",
		"CustomMetadata"
	};
	for (size_t i = 0; i < COUNT(names); i++)
		if (span_is(key, names[i]))
			return true;
	return false;
}

/* Custom keys go beside the standard ones, as nitro-cli puts them; those that
 * would hide a standard one stay in a map of their own. */
static void
put_custom(struct jw *w, const struct json *custom)
{
	struct json_iter it = { 0 };
	bool apart = json_kind(custom) != JSON_KIND_MAP;
	while (!apart && json_each(custom, &it))
		apart = is_standard(it.key);
	if (json_kind(custom) == JSON_KIND_NULL)
		return;
	if (apart) {
		jw_json(w, "CustomMetadata", custom);
		return;
	}
	it = (struct json_iter){ 0 };
	while (json_each(custom, &it))
		jw_json_span(w, it.key, it.value);
}

static void
put_metadata(struct jw *w, const struct eif_meta *m)
{
	jw_text(w, "ImageName", m->image_name);
	jw_text(w, "ImageVersion", m->image_version);
	jw_map(w, "Metadata");
	jw_text(w, "BuildTime", m->build_time);
	jw_text(w, "BuildTool", m->build_tool);
	jw_text(w, "BuildToolVersion", m->build_tool_version);
	jw_text(w, "OperatingSystem", m->os);
	jw_text(w, "KernelVersion", m->kernel_version);
	jw_json(w, "DockerInfo", m->docker_info);
	put_custom(w, m->custom);
	jw_end(w);
}

static void
put_file(struct jw *w, const struct eif_inspection *d)
{
	jw_map(w, "File");
	jw_u64(w, "Size", d->eif.size);
	jw_hex(w, "EifDigest", hash_span(&d->digest));
	if (d->measured.sha256.n)
		jw_hex(w, "Sha256", hash_span(&d->measured.sha256));
	jw_end(w);
	jw_str(w, "Architecture", describe_arch(&d->eif));
	jw_u64(w, "Flags", d->eif.flags);
	jw_u64(w, "DefaultMemory", d->eif.mem);
	jw_u64(w, "DefaultCpus", d->eif.cpus);
	jw_str(w, "MeasuringProfile", "classic");
}

static void
put_boot(struct jw *w, const struct eif_inspection *d)
{
	static const char *const format[] = { NULL, "bzImage", "Image" };
	const struct bootstack *b =
		bootstack_find(hash_span(&d->measured.pcr1));
	const struct kimage *k = &d->content.kernel;
	jw_text(w, "CommandLine", d->content.cmdline);
	jw_map(w, "Kernel");
	jw_str(w, "Format", format[k->kind]);
	jw_str(w, "Architecture", kimage_arch(k->kind));
	if (k->version.n)
		jw_text(w, "Version", k->version);
	jw_end(w);
	if (!b) {
		jw_null(w, "BootStack");
		return;
	}
	jw_map(w, "BootStack");
	jw_str(w, "KnownAs", b->name);
	jw_str(w, "Architecture", b->arch);
	jw_str(w, "Source", b->source);
	jw_end(w);
}

static void
put_sections(struct jw *w, const struct eif_inspection *d)
{
	jw_list(w, "Sections");
	for (size_t i = 0; i < d->eif.n; i++) {
		const struct eif_section *s = &d->eif.section[i];
		jw_map(w, NULL);
		jw_str(w, "Type", eif_type_name(s->type));
		jw_u64(w, "Offset", s->at);
		jw_u64(w, "Size", s->size);
		jw_u64(w, "Flags", s->flags);
		jw_hex(w, "Sha384", hash_span(&d->measured.section[i].digest));
		jw_end(w);
	}
	jw_end(w);
}

static void
put_notes(struct jw *w, const struct notes *n)
{
	jw_list(w, "Warnings");
	for (const struct note *x = n->first; x; x = x->next) {
		jw_map(w, NULL);
		jw_str(w, "id", x->id);
		jw_str(w, "text", x->text);
		jw_end(w);
	}
	jw_end(w);
}

bool
describe_json(const struct eif_inspection *d, struct buf *b, struct err *e)
{
	struct jw w = jw_into(b, 2);
	jw_map(&w, NULL);
	jw_u64(&w, "EifVersion", d->eif.version);
	put_measurements(&w, d);
	jw_bool(&w, "IsSigned", d->content.is_signed);
	if (d->content.is_signed && !put_certificate(&w, &d->sig.cert, e))
		return false;
	/* a file with a wrong checksum was refused before */
	jw_bool(&w, "CheckCRC", true);
	if (d->content.is_signed)
		jw_bool(&w, "SignatureCheck", d->verdict == EIFSIG_GOOD);
	if (d->content.meta_ok)
		put_metadata(&w, &d->content.meta);
	jw_str(&w, "schema", "veraclave-describe/1");
	put_file(&w, d);
	put_boot(&w, d);
	put_sections(&w, d);
	put_notes(&w, &d->notes);
	jw_end(&w);
	buf_u8(b, '\n');
	return jw_ok(&w, e);
}
