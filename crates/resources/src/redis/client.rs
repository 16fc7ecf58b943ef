//! One connection for all that is asked: requests go out as they come, answers come in their order.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::{Bytes, BytesMut};
use futures_channel::{mpsc, oneshot};
use futures_util::future::{Either, select};
use futures_util::io::{AsyncReadExt, AsyncWriteExt, ReadHalf, WriteHalf};
use futures_util::{StreamExt, pin_mut};
use mirage_vfs::{BoxFuture, Call, Connection, Endpoint, Error, ErrorKind, Host, RequestKind, Result, Retry};

use super::error::refusal;
use super::resp::{Decoder, Value, push_command};

/// How much is received at a time.
const CHUNK: usize = 64 << 10;

/// Commands that are sent together and answered together.
#[derive(Default)]
pub(super) struct Commands {
    bytes: Vec<u8>,
    count: usize,
    /// How much content goes with them.
    sent: u64,
    /// Whether content comes back.
    brings: bool,
}

impl Commands {
    pub fn one(parts: &[&[u8]]) -> Self {
        let mut commands = Commands::default();
        commands.push(parts);
        commands
    }

    /// With so many bytes of content in them.
    pub fn sending(self, bytes: usize) -> Self {
        Commands { sent: bytes as u64, ..self }
    }

    /// With content in their answers.
    pub fn bringing(self) -> Self {
        Commands { brings: true, ..self }
    }

    pub fn push(&mut self, parts: &[&[u8]]) {
        push_command(&mut self.bytes, parts);
        self.count += 1;
    }
}

/// The way to the server. The connection is made when something is asked, and made anew after it was lost.
pub(super) struct Client {
    host: Arc<dyn Host>,
    endpoint: Endpoint,
    /// What is sent first: who asks, and which database.
    greeting: Arc<Commands>,
    requests: Mutex<Option<mpsc::UnboundedSender<Request>>>,
}

struct Request {
    bytes: Bytes,
    waiting: Waiting,
}

/// Who waits for how many answers.
struct Waiting {
    missing: usize,
    answers: Vec<Value>,
    reply: oneshot::Sender<Result<Vec<Value>>>,
}

impl Client {
    pub fn new(host: Arc<dyn Host>, endpoint: Endpoint, greeting: Commands) -> Self {
        Client { host, endpoint, greeting: Arc::new(greeting), requests: Mutex::default() }
    }

    /// The answers to `commands`, which change nothing: asked once more when the connection was lost.
    pub async fn ask(&self, call: &Call, commands: &Commands, operation: &'static str) -> Result<Vec<Value>> {
        self.count(call, commands, operation, self.repeat(commands, operation)).await
    }

    /// The answer to one command, which changes nothing.
    pub async fn ask_one(&self, call: &Call, parts: &[&[u8]], operation: &'static str) -> Result<Value> {
        one(self.ask(call, &Commands::one(parts), operation).await?, operation)
    }

    /// The answer to one command that may change something.
    pub async fn tell_one(&self, call: &Call, parts: &[&[u8]], operation: &'static str) -> Result<Value> {
        one(self.tell(call, &Commands::one(parts), operation).await?, operation)
    }

    /// The answers to `commands`, sent once.
    pub async fn tell(
        &self,
        call: &Call,
        commands: &Commands,
        operation: &'static str,
    ) -> Result<Vec<Value>> {
        self.count(call, commands, operation, self.send(commands, operation)).await
    }

    /// What `sending` answers, once it is counted.
    async fn count(
        &self,
        call: &Call,
        commands: &Commands,
        operation: &'static str,
        sending: impl Future<Output = Result<Vec<Value>>>,
    ) -> Result<Vec<Value>> {
        let wanted = if commands.brings { None } else { Some(0) };
        let mut transfer = call.request(kind(operation), commands.sent, wanted).await;
        let answers = sending.await?;
        if commands.brings {
            transfer.received(answers.iter().map(Value::content).sum());
        }
        Ok(answers)
    }

    /// As [`ask`](Client::ask), counted by whoever asks.
    pub async fn repeat(&self, commands: &Commands, operation: &'static str) -> Result<Vec<Value>> {
        match self.send(commands, operation).await {
            Err(error) if error.retry_status() == Retry::Temporary => self.send(commands, operation).await,
            answer => answer,
        }
    }

    async fn send(&self, commands: &Commands, operation: &'static str) -> Result<Vec<Value>> {
        let (reply, answer) = oneshot::channel();
        let waiting = Waiting { missing: commands.count, answers: Vec::new(), reply };
        self.submit(Request { bytes: Bytes::copy_from_slice(&commands.bytes), waiting });
        match answer.await {
            Ok(answer) => answer.map_err(|error| named(&error, operation)),
            Err(_) => Err(named(&lost(), operation)),
        }
    }

    /// Leaves a request for the connection, or for a new one: it is there before the connection can end.
    fn submit(&self, request: Request) {
        let mut current = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        let unsent = match &*current {
            Some(requests) => requests.unbounded_send(request).err().map(mpsc::TrySendError::into_inner),
            None => Some(request),
        };
        let Some(request) = unsent else { return };
        let (requests, receiver) = mpsc::unbounded();
        // Its receiver is here: it can not be closed.
        let _ = requests.unbounded_send(request);
        *current = Some(requests);
        let greeting = self.greeting.clone();
        let talk = move |opened| -> BoxFuture<'static, ()> { Box::pin(serve(opened, greeting, receiver)) };
        self.host.connect(self.endpoint.clone(), Box::new(talk));
    }
}

/// What a request of `operation` counts as.
pub(super) fn kind(operation: &str) -> RequestKind {
    match operation {
        "list" => RequestKind::List,
        "read" => RequestKind::Read,
        "stat" => RequestKind::Stat,
        "remove" => RequestKind::Other,
        _ => RequestKind::Write,
    }
}

pub(super) fn one(answers: Vec<Value>, operation: &'static str) -> Result<Value> {
    match answers.into_iter().next() {
        Some(Value::Error(words)) => Err(refusal(&words, operation)),
        Some(value) => Ok(value),
        None => Err(named(&lost(), operation)),
    }
}

/// The same error, from `operation`.
fn named(error: &Error, operation: &'static str) -> Error {
    let named = Error::new(error.kind(), operation).retry(error.retry_status()).message(error.to_string());
    match error.hint_text() {
        Some(hint) => named.hint(hint),
        None => named,
    }
}

fn lost() -> Error {
    Error::new(ErrorKind::Unavailable, "connect").message("the connection was lost").retry(Retry::Temporary)
}

/// Sends what is asked and passes on the answers, until either side ends.
async fn serve(
    opened: Result<Box<dyn Connection>>,
    greeting: Arc<Commands>,
    mut requests: mpsc::UnboundedReceiver<Request>,
) {
    let waiting = Mutex::new(VecDeque::new());
    let ended = async {
        let (reader, mut writer) = opened?.split();
        let mut reader = Reader { from: reader, received: BytesMut::new(), decoder: Decoder::default() };
        greet(&greeting, &mut reader, &mut writer).await?;
        let sending = send_all(&mut requests, &mut writer, &waiting);
        let receiving = receive_all(&mut reader, &waiting);
        pin_mut!(sending, receiving);
        match select(sending, receiving).await {
            Either::Left((ended, _)) | Either::Right((ended, _)) => ended,
        }
    };
    let error = ended.await.err().unwrap_or_else(lost);
    requests.close();
    let unanswered = waiting.into_inner().unwrap_or_else(PoisonError::into_inner);
    for waiting in unanswered {
        let _: Result<(), _> = waiting.reply.send(Err(error.clone()));
    }
    while let Some(request) = requests.next().await {
        let _ = request.waiting.reply.send(Err(error.clone()));
    }
}

async fn greet(greeting: &Commands, reader: &mut Reader, writer: &mut Writer) -> Result<()> {
    writer.write_all(&greeting.bytes).await.map_err(|_| lost())?;
    writer.flush().await.map_err(|_| lost())?;
    for _ in 0..greeting.count {
        if let Value::Error(words) = reader.next().await? {
            return Err(refusal(&words, "connect"));
        }
    }
    Ok(())
}

async fn send_all(
    requests: &mut mpsc::UnboundedReceiver<Request>,
    writer: &mut Writer,
    waiting: &Mutex<VecDeque<Waiting>>,
) -> Result<()> {
    while let Some(request) = requests.next().await {
        // Whoever asked is gone, and with it the wish.
        if request.waiting.reply.is_canceled() {
            continue;
        }
        waiting.lock().unwrap_or_else(PoisonError::into_inner).push_back(request.waiting);
        writer.write_all(&request.bytes).await.map_err(|_| lost())?;
        writer.flush().await.map_err(|_| lost())?;
    }
    Ok(())
}

async fn receive_all(reader: &mut Reader, waiting: &Mutex<VecDeque<Waiting>>) -> Result<()> {
    loop {
        let answer = reader.next().await?;
        let mut all = waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let first = all.front_mut().ok_or_else(lost)?;
        first.answers.push(answer);
        first.missing -= 1;
        if first.missing == 0
            && let Some(done) = all.pop_front()
        {
            let _ = done.reply.send(Ok(done.answers));
        }
    }
}

type Writer = WriteHalf<Box<dyn Connection>>;

struct Reader {
    from: ReadHalf<Box<dyn Connection>>,
    received: BytesMut,
    decoder: Decoder,
}

impl Reader {
    /// The next answer.
    async fn next(&mut self) -> Result<Value> {
        loop {
            if let Some(value) = self.decoder.next(&mut self.received)? {
                return Ok(value);
            }
            let start = self.received.len();
            self.received.resize(start + CHUNK, 0);
            let read = self.from.read(&mut self.received[start..]).await;
            let count = *read.as_ref().unwrap_or(&0);
            self.received.truncate(start + count);
            if count == 0 {
                return Err(lost());
            }
        }
    }
}
