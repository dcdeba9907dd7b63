#include "attest/scene_kit.h"

#include <string.h>

struct span
scene_other(struct scene *s)
{
	return span_of(s->other, sizeof(s->other));
}

void
scene_registers(struct scene *s, struct pcr_set *set)
{
	for (unsigned i = 0; i < 16; i++)
		set->v[i] = kit_pcr(&s->t->arena, i);
	set->mask = 0xffff;
}

void
scene(struct test *t, struct scene *s)
{
	struct err e = { 0 };
	*s = (struct scene){ .t = t };
	memset(s->other, 0x77, sizeof(s->other));
	kit_chain(s->c);
	kit_doc(&t->arena, s->c, KIT_CHAIN, &s->d);
	struct span der = kit_make_cert(&t->arena, &s->c[KIT_ROOT]);
	CHECK_OK(t, anchor_of(TRUST_SIM, der, &s->root, &e), &e);
	s->x = (struct expect){
		.at = KIT_NOW,
		.anchors = &s->root,
		.nanchors = 1,
		.max_age = EXPECT_ANY_AGE,
		.skew = EXPECT_SKEW,
	};
	scene_registers(s, &s->x.pcrs);
}

struct verdict *
scene_judged(struct scene *s)
{
	struct err e = { 0 };
	struct verdict *v = NEW(&s->t->arena, struct verdict, 1);
	CHECK(s->t, v);
	CHECK_OK(s->t,
		 verify_document(kit_make_doc(&s->t->arena, &s->d), &s->x,
				 &s->t->arena, v, &e),
		 &e);
	for (size_t i = 0; i < v->n; i++)
		CHECK(s->t, v->check[i].detail && v->check[i].detail[0]);
	return v;
}

struct span
scene_with(struct scene *s, unsigned i, struct span v, bool only)
{
	DEFER(buf_free) struct buf b = buf_max(4096);
	buf_u8(&b, only ? 0xa1 : 0xb1);
	for (unsigned k = 0; !only && k < 16; k++) {
		buf_u8(&b, (uint8_t)k);
		buf_span(&b, kit_bytes(&s->t->arena, kit_pcr(&s->t->arena, k)));
	}
	buf_u8(&b, (uint8_t)i);
	buf_span(&b, kit_bytes(&s->t->arena, v));
	return arena_dup(&s->t->arena, buf_view(&b));
}

struct span
scene_only(struct scene *s, uint32_t mask)
{
	DEFER(buf_free) struct buf b = buf_max(4096);
	unsigned n = 0;
	for (unsigned i = 0; i < 16; i++)
		n += mask >> i & 1;
	buf_u8(&b, (uint8_t)(0xa0 + n));
	for (unsigned i = 0; i < 16; i++) {
		if (!(mask >> i & 1))
			continue;
		buf_u8(&b, (uint8_t)i);
		buf_span(&b, kit_bytes(&s->t->arena, kit_pcr(&s->t->arena, i)));
	}
	return arena_dup(&s->t->arena, buf_view(&b));
}

void
scene_fill(struct scene *s, unsigned i, int byte)
{
	struct span all = s->d.field[KIT_PCRS];
	uint8_t *p = NEW(&s->t->arena, uint8_t, all.n);
	CHECK(s->t, p);
	/* The map's first byte; then 51 bytes a register: 3 are its head. */
	memcpy(p, all.p, all.n);
	memset(p + 1 + i * (size_t)51 + 3, byte, 48);
	s->d.field[KIT_PCRS] = span_of(p, all.n);
}

void
scene_debug(struct scene *s)
{
	static const unsigned zero[] = { 0, 1, 2, 8 };
	for (size_t i = 0; i < COUNT(zero); i++)
		scene_fill(s, zero[i], 0);
	s->x.pcrs.mask = 1U << 3 | 1U << 4;
}

void
scene_revoked(struct scene *s)
{
	s->revoked.reason = "the key was lost";
	s->revoked.pcrs.mask = 1U << 2;
	s->revoked.pcrs.v[2] = kit_pcr(&s->t->arena, 2);
	s->x.revoked = &s->revoked;
	s->x.nrevoked = 1;
}

void
scene_revoked_absent(struct scene *s)
{
	scene_revoked(s);
	s->revoked.pcrs.mask |= 1U << 16;
	s->revoked.pcrs.v[16] = scene_other(s);
}

struct maybe
scene_want(const char *text)
{
	return (struct maybe){ true, span_str(text) };
}

void
scene_rows(struct test *t, const struct scene_row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct scene s;
		scene(t, &s);
		rows[i].edit(&s);
		const struct verdict *v = scene_judged(&s);
		const struct check *c =
			rows[i].check ? verdict_check(v, rows[i].check) : NULL;
		bool ok = rows[i].check ? c && v->result != RESULT_PASS &&
						  c->result != RESULT_PASS &&
						  !strcmp(c->code, rows[i].code)
					: v->result == RESULT_PASS;
		if (CHECK(t, ok))
			continue;
		CHECK_U(t, i, 9999);
		for (size_t k = 0; k < v->n; k++)
			CHECK_STR(t, v->check[k].code, "ok");
	}
}
