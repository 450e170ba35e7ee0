//! A log that forgets: for tests and for a history that is not to be kept.

use tokio::sync::mpsc;

use super::order::Order;
use super::{Epoch, Log, Ordered, QUEUE, Request, Start};
use crate::core::{Millis, Seq};

/// Opens an empty log, whose task ends with its last sender. Times come from `clock`.
pub fn open(epoch: Epoch, clock: impl Fn() -> Millis + Send + 'static) -> (Log, Start) {
    let (propose, mut requests) = mpsc::channel(QUEUE);
    let (ordered, entries) = mpsc::channel(QUEUE);
    tokio::spawn(async move {
        let mut order = Order::after(Seq(0), Millis(0));
        while let Some(request) = requests.recv().await {
            match request {
                Request::Propose(proposals) => {
                    let placed = order.place(proposals, clock());
                    if ordered.send(Ordered::Committed(placed)).await.is_err() {
                        return;
                    }
                }
                Request::Snapshot { .. } => {}
                Request::Stop => return,
            }
        }
    });
    (
        Log {
            propose,
            ordered: entries,
        },
        Start {
            epoch,
            ..Start::default()
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::Command;
    use crate::log::{Proposal, Ticket};

    #[tokio::test]
    async fn what_is_proposed_comes_back_in_order_until_it_is_stopped() {
        let (mut log, start) = open(Epoch(3), || Millis(5));
        assert_eq!((start.epoch, start.tail.len()), (Epoch(3), 0));
        for ticket in [7, 8] {
            let proposal = Proposal {
                ticket: Ticket(ticket),
                session: None,
                command: Command::SetAway { text: None },
            };
            let request = Request::Propose(vec![proposal]);
            log.propose.send(request).await.unwrap();
        }
        log.propose.send(Request::Stop).await.unwrap();
        let mut all = Vec::new();
        while let Some(ordered) = log.ordered.recv().await {
            let Ordered::Committed(placed) = ordered else {
                panic!("memory refuses nothing")
            };
            all.extend(
                placed
                    .iter()
                    .map(|(ticket, entry)| (ticket.0, entry.seq.0, entry.at.0)),
            );
        }
        assert_eq!(all, [(7, 1, 5), (8, 2, 5)]);
    }
}
