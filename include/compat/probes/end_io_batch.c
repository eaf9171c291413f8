// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who ends a request is told of the batch that it ends in: in 7.2, and not in 6.12.
 */
#include <linux/blk-mq.h>

static enum rq_end_io_ret probe_end(struct request *rq, blk_status_t status,
				    const struct io_comp_batch *batch)
{
	return RQ_END_IO_FREE;
}

void probe(struct request *rq);
void probe(struct request *rq)
{
	rq->end_io = probe_end;
}
