#include "sys/lanes.h"

#include <pthread.h>
#include <signal.h>

#include "sys/cpus.h"

struct worker {
	struct lanes *of;
	struct lane lane;
	pthread_t thread;
	bool running;
	uint64_t done; /* blocks consumed */
};

struct lanes {
	struct worker worker[LANES_MAX];
	size_t n;
	struct lane_block *ring;
	size_t blocks;
	bool threads, have_sync;
	pthread_mutex_t lock; /* guards all that follows, and worker.done */
	pthread_cond_t more;  /* blocks were passed, or the stream is over */
	pthread_cond_t room;  /* enough blocks are free, or a consumer failed */
	bool full;            /* the producer waits for room */
	uint64_t passed;      /* blocks handed over */
	bool ended, failed;
	struct err why;
};

static void
fail(struct lanes *l, const struct err *e)
{
	if (!l->failed)
		l->why = *e;
	l->failed = true;
}

static void
wake_all(struct lanes *l)
{
	pthread_cond_broadcast(&l->more);
	pthread_cond_broadcast(&l->room);
}

/* Returns how many blocks no consumer needs any more. */
static size_t
free_blocks(const struct lanes *l)
{
	size_t least = l->blocks;
	for (size_t i = 0; i < l->n; i++) {
		uint64_t queued = l->passed - l->worker[i].done;
		if (l->blocks - queued < least)
			least = l->blocks - (size_t)queued;
	}
	return least;
}

/* Once the producer finds the ring full, it sleeps until half of it is free,
 * and then fills many blocks at a time. With two processors and two busy
 * consumers, waking it for each block costs more than filling the block. */
static void
done(struct worker *w, const struct err *why)
{
	struct lanes *l = w->of;
	w->done++;
	if (why) {
		fail(l, why);
		wake_all(l);
	} else if (l->full && free_blocks(l) >= l->blocks / 2) {
		l->full = false;
		pthread_cond_signal(&l->room);
	}
}

/* Returns the next block for this worker, or NULL if there will be none. */
static const struct lane_block *
await(struct worker *w)
{
	struct lanes *l = w->of;
	while (w->done == l->passed && !l->ended && !l->failed)
		pthread_cond_wait(&l->more, &l->lock);
	return w->done < l->passed && !l->failed ? &l->ring[w->done % l->blocks]
						 : NULL;
}

static void *
work(void *self)
{
	struct worker *w = self;
	const struct lane_block *b;
	pthread_mutex_lock(&w->of->lock);
	while ((b = await(w)) != NULL) {
		struct err e = { 0 };
		pthread_mutex_unlock(&w->of->lock);
		bool ok = w->lane.take(w->lane.self, b, &e);
		pthread_mutex_lock(&w->of->lock);
		done(w, ok ? NULL : &e);
	}
	pthread_mutex_unlock(&w->of->lock);
	return NULL;
}

/* Only the main thread handles signals. */
static bool
start(struct worker *w, struct err *e)
{
	sigset_t all, old;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	int sys = pthread_create(&w->thread, NULL, work, w);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	w->running = sys == 0;
	return w->running || err_sys(e, sys, "cannot start a thread");
}

static bool
make_ring(struct lanes *l, const struct lanes_plan *plan, struct arena *a)
{
	l->ring = NEW(a, struct lane_block, plan->blocks);
	for (size_t i = 0; l->ring && i < plan->blocks; i++) {
		l->ring[i].p = arena_alloc(a, 1, 16, plan->size);
		l->ring[i].about =
			plan->about ? arena_alloc(a, 1, 16, plan->about) : NULL;
		if (!l->ring[i].p || (plan->about && !l->ring[i].about))
			return false;
	}
	return l->ring != NULL;
}

bool
lanes_open(struct lanes **out, const struct lanes_plan *plan, struct arena *a,
	   struct err *e)
{
	ASSERT(plan->n && plan->n <= LANES_MAX && plan->blocks >= 2);
	struct lanes *l = NEW(a, struct lanes, 1);
	if (!l || !make_ring(l, plan, a))
		return err_full(e, "a ring of blocks");
	l->n = plan->n;
	l->blocks = plan->blocks;
	l->threads = plan->threads && sys_cpus() > 1;
	for (size_t i = 0; i < l->n; i++)
		l->worker[i] =
			(struct worker){ .of = l, .lane = plan->lane[i] };
	*out = l;
	if (!l->threads)
		return true;
	l->have_sync = pthread_mutex_init(&l->lock, NULL) == 0 &&
		       pthread_cond_init(&l->more, NULL) == 0 &&
		       pthread_cond_init(&l->room, NULL) == 0;
	ASSERT(l->have_sync); /* cannot fail with default attributes */
	for (size_t i = 0; i < l->n; i++)
		if (!start(&l->worker[i], e)) {
			lanes_close(out);
			return false;
		}
	return true;
}

size_t
lanes_room(struct lanes *l)
{
	if (!l->threads)
		return l->blocks;
	pthread_mutex_lock(&l->lock);
	size_t n = free_blocks(l);
	pthread_mutex_unlock(&l->lock);
	return n;
}

bool
lanes_block(struct lanes *l, struct lane_block **b, struct err *e)
{
	if (l->threads)
		pthread_mutex_lock(&l->lock);
	l->full = l->threads && free_blocks(l) == 0;
	while (l->full && !l->failed)
		pthread_cond_wait(&l->room, &l->lock);
	bool failed = l->failed;
	if (l->threads)
		pthread_mutex_unlock(&l->lock);
	if (failed) {
		*e = l->why;
		return false;
	}
	*b = &l->ring[l->passed % l->blocks];
	(*b)->n = 0;
	return true;
}

static bool
pass_here(struct lanes *l, struct err *e)
{
	const struct lane_block *b = &l->ring[l->passed++ % l->blocks];
	for (size_t i = 0; i < l->n && !l->failed; i++) {
		struct err why = { 0 };
		if (!l->worker[i].lane.take(l->worker[i].lane.self, b, &why))
			fail(l, &why);
		l->worker[i].done++;
	}
	*e = l->why;
	return !l->failed;
}

bool
lanes_pass(struct lanes *l, struct err *e)
{
	if (!l->threads)
		return pass_here(l, e);
	pthread_mutex_lock(&l->lock);
	l->passed++;
	bool ok = !l->failed;
	if (!ok)
		*e = l->why;
	pthread_cond_broadcast(&l->more);
	pthread_mutex_unlock(&l->lock);
	return ok;
}

static void
join(struct lanes *l)
{
	if (!l->have_sync)
		return;
	pthread_mutex_lock(&l->lock);
	l->ended = true;
	pthread_cond_broadcast(&l->more);
	pthread_mutex_unlock(&l->lock);
	for (size_t i = 0; i < l->n; i++)
		if (l->worker[i].running)
			pthread_join(l->worker[i].thread, NULL);
	pthread_cond_destroy(&l->more);
	pthread_cond_destroy(&l->room);
	pthread_mutex_destroy(&l->lock);
	l->have_sync = false;
	l->threads = false;
}

bool
lanes_finish(struct lanes *l, struct err *e)
{
	join(l);
	if (l->failed)
		*e = l->why;
	return !l->failed;
}

void
lanes_close(struct lanes **l)
{
	if (!*l)
		return;
	struct err stop = { .code = ERR_BUG };
	if ((*l)->have_sync) {
		pthread_mutex_lock(&(*l)->lock);
		fail(*l, &stop); /* the consumers skip the queued blocks */
		wake_all(*l);
		pthread_mutex_unlock(&(*l)->lock);
	}
	join(*l);
	*l = NULL;
}
