//! Text that goes through a command chunk by chunk.

use bytes::{Bytes, BytesMut};
use mirage_shell::command::Context;
use mirage_shell::io::{Descriptor, Io, Writer};
use mirage_vfs::Result;

use super::{Report, open_input};

/// Turns the bytes of a command's inputs into its output, wherever the chunks happen to end.
pub trait Filter {
    /// Takes the next bytes of an input.
    fn feed(&mut self, chunk: &[u8], output: &mut BytesMut);

    /// An input ended; another may follow.
    fn end_of_input(&mut self, _output: &mut BytesMut) {}

    /// The last input ended.
    fn finish(&mut self, _output: &mut BytesMut) {}
}

/// Sends every operand through `filter` to standard output. What cannot be read is reported, as GNU's text tools do it.
pub async fn filter_inputs(
    filter: &mut impl Filter,
    operands: &[Bytes],
    io: &Io,
    context: &Context,
    report: &mut Report,
) -> Result<()> {
    let mut output = Writer::new(io.stdout.clone());
    for operand in operands {
        let read = match open_input(context, io, operand).await {
            Ok(input) => feed(filter, &input, &mut output, context).await?,
            Err(error) => Err(error),
        };
        if let Err(error) = read {
            output.flush(&context.call).await?;
            report.operand(operand, &error).await;
        }
    }
    filter.finish(output.buffer());
    output.flush(&context.call).await?;
    report.stdin_closed(operands, io).await;
    Ok(())
}

/// One input to its end; the inner result is about reading it, the outer one about writing.
async fn feed(
    filter: &mut impl Filter,
    input: &Descriptor,
    output: &mut Writer,
    context: &Context,
) -> Result<Result<()>> {
    loop {
        let chunk = match input.read(&context.call).await {
            Ok(chunk) if chunk.is_empty() => break,
            Ok(chunk) => chunk,
            Err(error) => {
                filter.end_of_input(output.buffer());
                return Ok(Err(error));
            }
        };
        filter.feed(&chunk, output.buffer());
        output.flush(&context.call).await?;
        context.call.tick_many(64).await;
    }
    filter.end_of_input(output.buffer());
    Ok(Ok(()))
}
