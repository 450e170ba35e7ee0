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
