#include "sim/pki.h"

#include <string.h>

#include "base/fmt.h"
#include "base/limits.h"
#include "codec/hex.h"
#include "codec/pem.h"
#include "crypto/x509.h"
#include "sys/env.h"
#include "sys/fs.h"
#include "sys/secret.h"

enum { HOUR = 3600, DAY = 24 * HOUR };

/* Lifetimes as in documents of 2021 to 2026, and AWS's root to the second. */
enum {
	LEAF_EARLY = 3,
	LEAF_LIFE = 3 * HOUR,
	INSTANCE_LIFE = DAY,
	ZONAL_LIFE = 5 * DAY + 17 * HOUR,
	REGIONAL_LIFE = 20 * DAY + HOUR,
	/* How long each was there when the leaf was issued. */
	INSTANCE_AGE = 4 * HOUR,
	ZONAL_AGE = 10 * HOUR,
	REGIONAL_AGE = 27 * HOUR,
};
#define ROOT_NOT_BEFORE INT64_C(1572269285)
#define ROOT_NOT_AFTER  INT64_C(2519044085)

#define ALL_USES (CERT_USE_SIGNATURE | CERT_USE_CERT_SIGN | CERT_USE_CRL_SIGN)

enum level { ROOT, REGIONAL, ZONAL, INSTANCE, LEAF, LEVELS };

/* The order of attributes in the subjects; N is the certificate's own name. */
enum { ATTRS_MAX = 6 };
static const struct {
	const char *order;
	const char *state;
} names[LEVELS] = {
	[ROOT] = { "CODN", NULL },
	[REGIONAL] = { "CODN", NULL },
	[ZONAL] = { "NDOCSL", "WA" },
	[INSTANCE] = { "CSLODN", "Washington" },
	[LEAF] = { "CSLODN", "Washington" },
};

static const struct cert_ext root_ext[] = {
	{ CERT_CA, true, -1, { 0 } },
	{ CERT_SUBJECT_KEY_ID, false, 0, { 0 } },
	{ CERT_KEY_USAGE, true, ALL_USES, { 0 } },
};
static const struct cert_ext instance_ext[] = {
	{ CERT_CA, true, 0, { 0 } },
	{ CERT_KEY_USAGE, true, CERT_USE_CERT_SIGN, { 0 } },
	{ CERT_SUBJECT_KEY_ID, false, 0, { 0 } },
	{ CERT_AUTHORITY_KEY_ID, false, 0, { 0 } },
};
/* A key usage that is not critical: so it is on hardware. */
static const struct cert_ext leaf_ext[] = {
	{ CERT_END_ENTITY, true, 0, { 0 } },
	{ CERT_KEY_USAGE,
	  false,
	  CERT_USE_SIGNATURE | CERT_USE_NON_REPUDIATION,
	  { 0 } },
};
/* Of the two levels between, with their path length and CRL put in. */
static const struct cert_ext middle_ext[] = {
	{ CERT_CA, true, 0, { 0 } },
	{ CERT_AUTHORITY_KEY_ID, false, 0, { 0 } },
	{ CERT_SUBJECT_KEY_ID, false, 0, { 0 } },
	{ CERT_KEY_USAGE, true, ALL_USES, { 0 } },
	{ CERT_CRL, false, 0, { 0 } },
};

struct subject {
	struct cert_attr attr[ATTRS_MAX];
	struct cert_name name;
};

const char *const sim_class_names[] = {
	[SIM_CLASS_SIM] = "sim",
	[SIM_CLASS_QEMU] = "qemu",
	[SIM_CLASS_DEVELOPMENT] = "development",
	NULL,
};

/* The root's common name and the unit of all: what is not made as hardware's
 * is marked in both. */
static const struct {
	const char *root_cn, *unit;
} marks[] = {
	[SIM_CLASS_SIM] = { "aws.nitro-enclaves", "AWS" },
	[SIM_CLASS_QEMU] = { "qemu.aws.nitro-enclaves", "qemu" },
	[SIM_CLASS_DEVELOPMENT] = { "development.aws.nitro-enclaves",
				    "development" },
};

static struct span root_cn(enum sim_class class)
{
	return span_str(marks[class].root_cn);
}

static void
fill_subject(struct subject *s, enum sim_class class, enum level l,
	     struct span cn)
{
	const char *order = names[l].order;
	size_t n = strlen(order);
	for (size_t i = 0; i < n; i++) {
		const struct {
			char letter;
			struct cert_attr attr;
		} row[] = {
			{ 'C', { CERT_COUNTRY, SPAN("US") } },
			{ 'O', { CERT_ORG, SPAN("Amazon") } },
			{ 'D', { CERT_UNIT, span_str(marks[class].unit) } },
			{ 'S', { CERT_STATE, span_str(names[l].state) } },
			{ 'L', { CERT_LOCALITY, SPAN("Seattle") } },
			{ 'N', { CERT_CN, cn } },
		};
		for (size_t k = 0; k < COUNT(row); k++)
			if (row[k].letter == order[i])
				s->attr[i] = row[k].attr;
	}
	s->name = (struct cert_name){ s->attr, n };
}

/* 64 bytes for one purpose: SHA-512 of the seed and the purpose's name. */
static bool
draw(const uint8_t *seed, const char *whose, const char *what, struct hash *out,
     struct err *e)
{
	struct span parts[] = {
		{ seed, SIM_SEED }, span_str(whose), SPAN(" "), span_str(what)
	};
	return digest_of(DIGEST_SHA512, parts, COUNT(parts), out, e);
}

static bool
draw_key(const uint8_t *seed, const char *whose, struct cert_key *k,
	 struct err *e)
{
	struct hash h;
	return draw(seed, whose, "key", &h, e) && cert_key_from_seed(k, h.v, e);
}

static bool
write_cert(const struct cert *c, struct arena *a, struct span *out,
	   struct err *e)
{
	DEFER(buf_free) struct buf b = buf_max(4 * KIB);
	if (!cert_put(&b, c, e))
		return false;
	*out = arena_dup(a, buf_view(&b));
	return out->p || err_full(e, "a certificate");
}

void
sim_root_finish(struct sim_root *r)
{
	cert_key_finish(&r->key);
	*r = (struct sim_root){ 0 };
}

bool
sim_root_make(const uint8_t seed[SIM_SEED], enum sim_class class,
	      struct arena *a, struct sim_root *out, struct err *e)
{
	struct subject s;
	struct hash serial;
	*out = (struct sim_root){ .class = class };
	fill_subject(&s, class, ROOT, root_cn(class));
	struct cert c = { .issuer = s.name,
			  .subject = s.name,
			  .not_before = ROOT_NOT_BEFORE,
			  .not_after = ROOT_NOT_AFTER,
			  .ext = root_ext,
			  .exts = COUNT(root_ext),
			  .key = &out->key,
			  .signer = &out->key };
	if (!draw(seed, "root", "serial", &serial, e) ||
	    !draw_key(seed, "root", &out->key, e))
		return false;
	c.serial = span_of(serial.v, 16);
	if (write_cert(&c, a, &out->der, e))
		return true;
	sim_root_finish(out);
	return false;
}

static bool
write_key(const struct cert_key *k, const char *path, struct err *e)
{
	DEFER(buf_free) struct buf b = buf_max(2 * KIB);
	bool ok = cert_key_put_pem(&b, k, e) &&
		  fs_write_file(path, buf_view(&b), 0600, e);
	if (b.p)
		explicit_bzero(b.p, b.n);
	return ok;
}

static bool
save(const struct sim_root *r, const char *dir, struct arena *a, struct err *e)
{
	DEFER(buf_free) struct buf pem = buf_max(4 * KIB);
	char *key = arena_fmt(a, "%s/root.key", dir);
	char *cert = arena_fmt(a, "%s/root.pem", dir);
	char *der = arena_fmt(a, "%s/root.der", dir);
	if (!key || !cert || !der)
		return err_full(e, "simulator root");
	if (fs_kind(key) != FS_NONE || fs_kind(der) != FS_NONE) {
		err_set(e, ERR_REFUSED, "%s has a simulator root already",
			show_str(dir).s);
		err_hint(e, "documents made with it would no longer verify:"
			    " name another directory, or remove this one");
		return err_id(e, "sim-root-exists");
	}
	pem_put(&pem, "CERTIFICATE", r->der);
	if (buf_ok(&pem, "a certificate", e) && write_key(&r->key, key, e) &&
	    fs_write_file(cert, buf_view(&pem), 0644, e) &&
	    fs_write_file(der, r->der, 0644, e))
		return true;
	/* Half a root would be in the way of the next. */
	fs_unlink(key);
	fs_unlink(cert);
	return false;
}

bool
sim_root_save(const struct sim_root *r, const char *dir, bool parents,
	      struct arena *a, struct err *e)
{
	unsigned made;
	bool ok =
		fs_make_dir(dir, 0700, parents, &made, e) && save(r, dir, a, e);
	if (!ok)
		fs_unmake_dir(dir, made);
	return ok;
}

static bool
load_key(const char *path, struct cert_key *k, struct err *e)
{
	DEFER(secret_free) struct secret s = { 0 };
	return secret_read(&s, path, LIMIT_PEM, e) &&
	       cert_key_from_pem(k, secret_span(&s), e);
}

static enum sim_class
class_of(const struct x509 *x)
{
	enum sim_class class = SIM_CLASS_SIM;
	for (size_t i = 0; i < x->subject.n; i++) {
		const struct x509_attr *v = &x->subject.v[i];
		enum sim_class k = SIM_CLASS_DEVELOPMENT;
		while (k > class && !span_eq(v->value, root_cn(k)))
			k--;
		if (strcmp(v->name, "commonName") == 0)
			class = k;
	}
	return class;
}

static bool
load(const char *dir, struct arena *a, struct sim_root *out, struct err *e)
{
	char *key = arena_fmt(a, "%s/root.key", dir);
	char *der = arena_fmt(a, "%s/root.der", dir);
	struct x509 x;
	if (!key || !der)
		return err_full(e, "simulator root");
	if (!fs_read(der, LIMIT_PEM, a, &out->der, e) ||
	    !load_key(key, &out->key, e) || !x509_parse(out->der, a, &x, e))
		return false;
	out->class = class_of(&x);
	if (span_eq(x.point, span_of(out->key.point, sizeof out->key.point)))
		return true;
	return err_set(e, ERR_INPUT,
		       "root.key is not the key of the certificate root.der");
}

bool
sim_root_load(const char *dir, struct arena *a, struct sim_root *out,
	      struct err *e)
{
	*out = (struct sim_root){ 0 };
	if (load(dir, a, out, e))
		return true;
	sim_root_finish(out);
	if (e->code == ERR_NOTFOUND) {
		err_ctx(e, "no simulator root in %s", show_str(dir).s);
		err_hint(e, "make one, once: veraclave simulate init");
		return err_id(e, "sim-root-absent");
	}
	return err_ctx(e, "simulator root in %s", show_str(dir).s);
}

char *
sim_root_dir(struct arena *a)
{
	const char *data = sys_env("XDG_DATA_HOME"), *home = sys_env("HOME");
	if (data)
		return arena_fmt(a, "%s/veraclave/simulator", data);
	return home ? arena_fmt(a, "%s/.local/share/veraclave/simulator", home)
		    : NULL;
}

/* One certificate of the chain being made. */
struct link {
	struct subject subject;
	struct cert_key key;
	struct hash serial;
	struct span cn;
};

struct chain {
	const struct sim_chain_plan *plan;
	struct arena *a;
	struct link link[LEVELS];
	struct cert_ext middle[COUNT(middle_ext)];
};

static void
chain_close(struct chain *c)
{
	for (size_t i = 0; i < LEVELS; i++)
		cert_key_finish(&c->link[i].key);
}

static const char *const level_names[LEVELS] = {
	[ROOT] = "root",         [REGIONAL] = "regional", [ZONAL] = "zonal",
	[INSTANCE] = "instance", [LEAF] = "leaf",
};

/* The common names below the root's. */
static char *
common_name(struct chain *c, enum level l, const char *id)
{
	const struct sim_chain_plan *p = c->plan;
	int r = (int)p->region.n, i = (int)p->instance_id.n,
	    m = (int)p->module_id.n;
	const char *rs = (const char *)p->region.p;
	if (l == REGIONAL)
		return arena_fmt(c->a, "%s.%.*s.aws.nitro-enclaves", id, r, rs);
	if (l == ZONAL)
		return arena_fmt(c->a, "%s.zonal.%.*s.aws.nitro-enclaves", id,
				 r, rs);
	if (l == INSTANCE)
		return arena_fmt(c->a, "%.*s.%.*s.aws.nitro-enclaves", i,
				 (const char *)p->instance_id.p, r, rs);
	/* Of QEMU's modules most are not named as hardware names them, so that
	 * the leaf does not look as if it could be checked. */
	return arena_fmt(c->a, "%.*s.%.*s.aws%s", m,
			 (const char *)p->module_id.p, r, rs,
			 p->root->class == SIM_CLASS_QEMU ? ".qemu" : "");
}

/* Key, serial and name of one level, all from the seed. */
static bool
prepare(struct chain *c, enum level l, struct err *e)
{
	struct link *k = &c->link[l];
	const uint8_t *seed = c->plan->seed;
	const char *whose = level_names[l];
	struct hash id;
	if (!draw_key(seed, whose, &k->key, e) ||
	    !draw(seed, whose, "serial", &k->serial, e) ||
	    !draw(seed, whose, "name", &id, e))
		return false;
	char *hex = hex_of(c->a, span_of(id.v, 8));
	char *cn = hex ? common_name(c, l, hex) : NULL;
	if (!cn)
		return err_full(e, "a certificate");
	k->cn = span_str(cn);
	fill_subject(&k->subject, c->plan->root->class, l, k->cn);
	k->serial.n = l == INSTANCE ? 20 : 16;
	return true;
}

/* The enclave's id, and the second in which the leaf was issued. */
static void
leaf_serial(const struct sim_chain_plan *p, struct hash *out)
{
	uint64_t v[2] = { p->enclave_id, (uint64_t)p->issued };
	for (size_t i = 0; i < 16; i++)
		out->v[i] = (uint8_t)(v[i / 8] >> (56 - 8 * (i % 8)));
}

static bool
middle(struct chain *c, enum level l, struct cert *out, struct err *e)
{
	bool regional = l == REGIONAL;
	struct span crl = regional ? c->plan->crl_regional : c->plan->crl_zonal;
	struct hash h;
	if (!draw(c->plan->seed, regional ? "regional" : "zonal", "crl", &h, e))
		return false;
	if (!crl.n) {
		char *hex = hex_of(c->a, span_of(h.v, 16));
		if (!hex)
			return err_full(e, "a certificate");
		crl = span_str(arena_fmt(
			c->a,
			"http://crl.nitro-simulator.invalid/crl/%.8s-%.4s-%.4s"
			"-%.4s-%.12s.crl",
			hex, hex + 8, hex + 12, hex + 16, hex + 20));
	}
	if (!crl.n)
		return err_full(e, "a certificate");
	memcpy(c->middle, middle_ext, sizeof middle_ext);
	c->middle[0].number = regional ? 2 : 1;
	c->middle[COUNT(middle_ext) - 1].text = crl;
	out->ext = c->middle;
	out->exts = COUNT(middle_ext);
	out->not_before =
		c->plan->issued - (regional ? REGIONAL_AGE : ZONAL_AGE);
	out->not_after =
		out->not_before + (regional ? REGIONAL_LIFE : ZONAL_LIFE);
	return true;
}

static bool
issue(struct chain *c, enum level l, struct span *out, struct err *e)
{
	const struct sim_chain_plan *p = c->plan;
	struct link *k = &c->link[l], *up = &c->link[l - 1];
	struct cert cert = { .issuer = up->subject.name,
			     .subject = k->subject.name,
			     .serial = hash_span(&k->serial),
			     .key = &k->key,
			     .signer =
				     l == REGIONAL ? &p->root->key : &up->key };
	if (l == LEAF) {
		cert.ext = leaf_ext;
		cert.exts = COUNT(leaf_ext);
		cert.not_before = p->issued - LEAF_EARLY;
		cert.not_after = p->issued + LEAF_LIFE;
	} else if (l == INSTANCE) {
		cert.ext = instance_ext;
		cert.exts = COUNT(instance_ext);
		cert.not_before = p->issued - INSTANCE_AGE;
		cert.not_after = cert.not_before + INSTANCE_LIFE;
	} else if (!middle(c, l, &cert, e)) {
		return false;
	}
	return write_cert(&cert, c->a, out, e);
}

bool
sim_chain_make(const struct sim_chain_plan *p, struct arena *a,
	       struct sim_chain *out, struct err *e)
{
	DEFER(chain_close) struct chain c = { .plan = p, .a = a };
	*out = (struct sim_chain){ 0 };
	fill_subject(&c.link[ROOT].subject, p->root->class, ROOT,
		     root_cn(p->root->class));
	out->bundle[ROOT] = p->root->der;
	for (enum level l = REGIONAL; l < LEVELS; l++) {
		struct span *to = l == LEAF ? &out->leaf : &out->bundle[l];
		if (!prepare(&c, l, e))
			return false;
		if (l == LEAF)
			leaf_serial(p, &c.link[l].serial);
		if (!issue(&c, l, to, e))
			return false;
	}
	out->key = c.link[LEAF].key;
	c.link[LEAF].key = (struct cert_key){ 0 };
	out->not_before = p->issued - LEAF_EARLY;
	out->not_after = p->issued + LEAF_LIFE;
	return true;
}

void
sim_chain_finish(struct sim_chain *c)
{
	cert_key_finish(&c->key);
	*c = (struct sim_chain){ 0 };
}
