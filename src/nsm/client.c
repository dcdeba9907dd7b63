#include "nsm/client.h"

#include "net/frame.h"
#include "net/sock.h"
#include "sys/device.h"
#include "sys/fs.h"

bool
nsm_connect(struct nsm_client *c, const char *socket, struct err *e)
{
	*c = (struct nsm_client){ .fd = -1, .socket = socket != NULL };
	if (socket)
		return sock_connect_unix(socket, &c->fd, e);
	if (device_open(NSM_DEVICE, &c->fd, e))
		return true;
	if (e->code == ERR_NOTFOUND) {
		err_hint(e, "enclaves have this device; here, put \"veraclave"
			    " simulate --eif FILE --\" in front");
		return err_id(e, "nsm-absent");
	}
	return false;
}

void
nsm_disconnect(struct nsm_client *c)
{
	fd_closep(&c->fd);
}

static bool
by_socket(int fd, struct span in, uint8_t *out, size_t *n, struct err *e)
{
	enum frame_state got = FRAME_END;
	if (frame_send(fd, in))
		got = frame_receive(fd, out, n);
	if (got == FRAME_LARGE)
		return err_set(e, ERR_LIMIT, "an answer of %zu bytes", *n);
	return got == FRAME_WHOLE ||
	       err_set(e, ERR_NET, "the simulator hung up");
}

static bool
refused(enum nsm_error error, struct err *e)
{
	static const struct {
		const char *id, *why;
	} row[] = {
		[NSM_SUCCESS] = { "nsm-Success", "an error that is none" },
		[NSM_INVALID_ARGUMENT] = { "nsm-InvalidArgument",
					   "an argument is not allowed" },
		[NSM_INVALID_INDEX] = { "nsm-InvalidIndex",
					"registers are numbered 0 to 31" },
		[NSM_INVALID_RESPONSE] = { "nsm-InvalidResponse",
					   "the answer cannot be read" },
		[NSM_READ_ONLY_INDEX] = { "nsm-ReadOnlyIndex",
					  "the register is locked" },
		[NSM_INVALID_OPERATION] = { "nsm-InvalidOperation",
					    "no such operation" },
		[NSM_BUFFER_TOO_SMALL] = { "nsm-BufferTooSmall",
					   "the answer does not fit" },
		[NSM_INPUT_TOO_LARGE] = { "nsm-InputTooLarge",
					  "the request is too large" },
		[NSM_INTERNAL_ERROR] = { "nsm-InternalError",
					 "the module itself failed" },
	};
	err_set(e, ERR_REFUSED, "the module answers %s: %s",
		nsm_error_name(error), row[error].why);
	return err_id(e, row[error].id);
}

bool
nsm_ask(struct nsm_client *c, const struct nsm_request *q, struct arena *a,
	struct nsm_response *out, struct err *e)
{
	DEFER(buf_free) struct buf b = buf_max(NSM_REQUEST_MAX);
	size_t n = NSM_RESPONSE_MAX;
	uint8_t *p = NEW(a, uint8_t, n);
	*out = (struct nsm_response){ .call = NSM_ERROR,
				      .error = NSM_INPUT_TOO_LARGE };
	nsm_put_request(&b, q);
	if (b.failed)
		return refused(NSM_INPUT_TOO_LARGE, e);
	if (!p)
		return err_full(e, "an answer");
	bool ok = c->socket ? by_socket(c->fd, buf_view(&b), p, &n, e)
			    : device_talk(c->fd, NSM_IOCTL, buf_view(&b), p, &n,
					  e);
	if (!ok || !nsm_read_response(span_of(p, n), false, a, out, e))
		return err_ctx(e, "%s", nsm_call_name(q->call));
	if (out->call == NSM_ERROR)
		return refused(out->error, e);
	return out->call == q->call ||
	       err_set(e, ERR_INPUT, "%s was asked, %s answered",
		       nsm_call_name(q->call), nsm_call_name(out->call));
}
