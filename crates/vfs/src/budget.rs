//! What one line may spend at services, and how that is kept.
//!
//! A request is paid for before it is sent: its own price, the bytes that it sends, and the bytes that it may bring. What it
//! did not bring after all is given back. So the line never passes its budget, whatever is on its way at the same time.

use std::future::{Future, pending};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use crate::call::Call;
use crate::ledger::{Books, Ledger, RequestKind};
use crate::path::Path;
use crate::price::{Money, Price};

/// What a line may spend at services; `None` is without a bound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Budget {
    /// Requests of any kind.
    pub requests: Option<u64>,
    /// Bytes of bodies of reads and writes, both ways together.
    pub bytes: Option<u64>,
    /// Money, at the prices of the mounts.
    pub cost: Option<Money>,
}

/// Why a line was stopped: in words, what was used of which budget.
pub(crate) type Exceeded = String;

/// What was paid, and what is promised to requests on their way.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Spent {
    requests: u64,
    bytes: u64,
    cost: Money,
    /// For cleaning up.
    kept_requests: u64,
    promised_bytes: u64,
    promised_cost: Money,
}

/// A mount as requests are counted for it.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    pub mount: Path,
    pub price: Price,
}

/// A request that a line keeps to clean up with, until this is dropped.
pub struct Kept(Call);

impl Drop for Kept {
    fn drop(&mut self) {
        let mut books = self.0.ledger().books();
        books.spent.kept_requests = books.spent.kept_requests.saturating_sub(1);
    }
}

/// A request that was paid for and is on its way. What it may still bring is given back when it is dropped.
pub struct Transfer {
    call: Call,
    site: Site,
    kind: RequestKind,
    sent: u64,
    /// Bytes that it may still bring.
    promised: u64,
    /// Whether it may bring as many as it wants.
    is_free: bool,
}

impl Books {
    /// How many bytes at this price may still come or go; none: any number.
    fn room(&self, byte: Money) -> Option<u64> {
        let spent = &self.spent;
        let bytes = self.budget.bytes.map(|most| most.saturating_sub(spent.bytes + spent.promised_bytes));
        let paid = self.budget.cost.and_then(|most| most.less(spent.cost + spent.promised_cost).pays(byte));
        match (bytes, paid) {
            (Some(bytes), Some(paid)) => Some(bytes.min(paid)),
            (one, other) => one.or(other),
        }
    }

    /// Whether a request of `cost` that sends `sent` bytes is within the budget.
    fn allows(&self, cost: Money, sent: u64) -> Result<(), Exceeded> {
        let (budget, spent) = (&self.budget, &self.spent);
        if let Some(most) = budget.requests
            && spent.requests + spent.kept_requests >= most
        {
            return Err(format!(
                "budget: requests: {} of {most} used, and the line needs more",
                spent.requests
            ));
        }
        if let Some(most) = budget.bytes
            && spent.bytes + spent.promised_bytes + sent > most
        {
            return Err(self.bytes_exceeded(sent));
        }
        if let Some(most) = budget.cost
            && spent.cost + spent.promised_cost + cost > most
        {
            return Err(self.cost_exceeded());
        }
        Ok(())
    }

    fn bytes_exceeded(&self, wanted: u64) -> Exceeded {
        let most = self.budget.bytes.unwrap_or(u64::MAX);
        format!("budget: bytes: {} of {most} used, and the line needs {wanted} more", self.spent.bytes)
    }

    fn cost_exceeded(&self) -> Exceeded {
        let most = self.budget.cost.unwrap_or_default();
        format!("budget: cost: {} of {most} used, and the line needs more", self.spent.cost)
    }

    /// Marks the line: it is to be dropped.
    fn exceed(&mut self, exceeded: Exceeded) {
        self.exceeded.get_or_insert(exceeded);
        if let Some(driver) = self.driver.take() {
            driver.wake();
        }
    }

    fn promise(&mut self, bytes: u64, byte: Money) {
        self.spent.promised_bytes += bytes;
        self.spent.promised_cost += byte.times(bytes);
    }

    fn take_back(&mut self, bytes: u64, byte: Money) {
        self.spent.promised_bytes = self.spent.promised_bytes.saturating_sub(bytes);
        self.spent.promised_cost = self.spent.promised_cost.less(byte.times(bytes));
    }
}

impl Ledger {
    /// From now on the line may spend this much, of what it has spent already as well.
    pub fn set_budget(&self, budget: Budget) {
        self.books().budget = budget;
    }

    /// Completes with the reason once the line is to be stopped because of its budget. One driver waits at a time.
    pub fn exceeded(&self) -> impl Future<Output = String> + '_ {
        OverBudget(self)
    }
}

struct OverBudget<'a>(&'a Ledger);

impl Future for OverBudget<'_> {
    type Output = String;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<String> {
        let mut books = self.0.books();
        match books.exceeded.clone() {
            Some(exceeded) => Poll::Ready(exceeded),
            None => {
                let waker: &Waker = context.waker();
                books.driver = Some(waker.clone());
                Poll::Pending
            }
        }
    }
}

impl Call {
    /// Counts a request to the service of the mount that this call is [at](Call::at), just before it is sent with `sent`
    /// bytes of content; `wanted` is how many bytes of content may come back, none if nobody knows.
    ///
    /// A request that the line's budget does not allow never completes here: whoever drives the line drops it. One that may
    /// bring less than is wanted is told so by [`Transfer::allowed`].
    pub async fn request(&self, kind: RequestKind, sent: u64, wanted: Option<u64>) -> Transfer {
        match self.try_request(kind, sent, wanted) {
            Some(transfer) => transfer,
            None => pending().await,
        }
    }

    fn try_request(&self, kind: RequestKind, sent: u64, wanted: Option<u64>) -> Option<Transfer> {
        let site = self.site();
        let mut books = self.ledger().books();
        let cost = site.price.request(kind) + site.price.byte_out.times(sent);
        if let Err(exceeded) = books.allows(cost, sent) {
            books.exceed(exceeded);
            return None;
        }
        books.spent.requests += 1;
        books.spent.bytes += sent;
        books.spent.cost += cost;
        let usage = books.usage(&site.mount);
        usage.requests[kind] += 1;
        usage.bytes_written += sent;
        usage.cost += cost;
        let room = books.room(site.price.byte_in);
        let promised = match (room, wanted) {
            (Some(room), wanted) => room.min(wanted.unwrap_or(u64::MAX)),
            (None, _) => 0,
        };
        if promised == 0 && wanted != Some(0) && room.is_some() {
            let exceeded = match books.budget.bytes {
                Some(_) => books.bytes_exceeded(wanted.unwrap_or(1)),
                None => books.cost_exceeded(),
            };
            // It is not sent.
            refund(&mut books, &site, kind, sent);
            books.exceed(exceeded);
            return None;
        }
        books.promise(promised, site.price.byte_in);
        Some(Transfer {
            call: self.clone(),
            site: site.clone(),
            kind,
            sent,
            promised,
            is_free: room.is_none(),
        })
    }

    /// Keeps one request of the line's budget for cleaning up what is not going to be finished.
    pub fn keep_request(&self) -> Kept {
        self.ledger().books().spent.kept_requests += 1;
        Kept(self.clone())
    }

    /// Stops the line: it wants more than its budget has.
    async fn stop_for_budget<T>(&self, wanted: u64) -> T {
        {
            let mut books = self.ledger().books();
            let exceeded = match books.budget.bytes {
                Some(_) => books.bytes_exceeded(wanted),
                None => books.cost_exceeded(),
            };
            books.exceed(exceeded);
        }
        pending().await
    }
}

fn refund(books: &mut Books, site: &Site, kind: RequestKind, sent: u64) {
    let cost = site.price.request(kind) + site.price.byte_out.times(sent);
    books.spent.requests = books.spent.requests.saturating_sub(1);
    books.spent.bytes = books.spent.bytes.saturating_sub(sent);
    books.spent.cost = books.spent.cost.less(cost);
    let usage = books.usage(&site.mount);
    usage.requests[kind] = usage.requests[kind].saturating_sub(1);
    usage.bytes_written = usage.bytes_written.saturating_sub(sent);
    usage.cost = usage.cost.less(cost);
}

impl Transfer {
    /// How many bytes it may bring; none: any number. Whoever can asks for no more, and [stops](Transfer::stop) when that
    /// is not enough.
    pub fn allowed(&self) -> Option<u64> {
        (!self.is_free).then_some(self.promised)
    }

    /// It will bring so many bytes and no more: what was promised beyond them is free for others. More than it may bring
    /// stops the line.
    pub async fn expect(&mut self, bytes: u64) {
        match self.allowed() {
            Some(allowed) if bytes > allowed => self.stop(bytes).await,
            Some(allowed) => self.give_back(allowed - bytes),
            None => {}
        }
    }

    /// So many bytes came.
    pub fn received(&mut self, bytes: u64) {
        let ours = bytes.min(self.promised);
        self.promised -= ours;
        let byte = self.site.price.byte_in;
        let mut books = self.call.ledger().books();
        books.take_back(ours, byte);
        books.spent.bytes += bytes;
        books.spent.cost += byte.times(bytes);
        let usage = books.usage(&self.site.mount);
        usage.bytes_read += bytes;
        usage.cost += byte.times(bytes);
    }

    /// It never reached the service.
    pub fn not_sent(self) {
        refund(&mut self.call.ledger().books(), &self.site, self.kind, self.sent);
    }

    /// Stops the line, which wants `wanted` bytes and may not have them.
    pub async fn stop<T>(&self, wanted: u64) -> T {
        self.call.stop_for_budget(wanted).await
    }

    fn give_back(&mut self, bytes: u64) {
        self.promised -= bytes;
        self.call.ledger().books().take_back(bytes, self.site.price.byte_in);
    }
}

impl Drop for Transfer {
    fn drop(&mut self) {
        self.give_back(self.promised);
    }
}
