// SPDX-License-Identifier: GPL-2.0-only
/*
 * A request is given its bio by an inline function: in 6.1 and 6.12, and not in 7.2.
 */
#include <linux/blk-mq.h>

void probe(struct request *rq, struct bio *bio);
void probe(struct request *rq, struct bio *bio)
{
	blk_rq_bio_prep(rq, bio, 1);
}
