//! Words and what comes before what.

use std::collections::{BTreeMap, VecDeque};

use mirage_vfs::Call;

/// The words, in their alphabetical order, and the pairs.
pub struct Graph<'a> {
    words: Vec<&'a [u8]>,
    /// What follows each word, the pair given last first.
    followers: Vec<Vec<usize>>,
    /// How many pairs still put another word before this one.
    waiting: Vec<usize>,
    printed: Vec<bool>,
    left: usize,
    /// Words that nothing stands before any more.
    ready: VecDeque<usize>,
}

impl<'a> Graph<'a> {
    /// The pairs of `text`; none when a word has no partner.
    pub fn parse(text: &'a [u8]) -> Option<Graph<'a>> {
        let blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n');
        let tokens: Vec<&[u8]> = text
            .split(blank)
            .filter(|token| !token.is_empty())
            // A word ends at a zero byte, as strings of C do.
            .map(|token| &token[..memchr::memchr(0, token).unwrap_or(token.len())])
            .collect();
        if tokens.len() % 2 == 1 {
            return None;
        }
        let mut numbers: BTreeMap<&[u8], usize> = tokens.iter().map(|token| (*token, 0)).collect();
        numbers.values_mut().enumerate().for_each(|(at, number)| *number = at);
        let words: Vec<&[u8]> = numbers.keys().copied().collect();
        let count = words.len();
        let mut graph = Graph {
            words,
            followers: vec![Vec::new(); count],
            waiting: vec![0; count],
            printed: vec![false; count],
            left: count,
            ready: VecDeque::new(),
        };
        for pair in tokens.chunks_exact(2) {
            if pair[0] != pair[1] {
                let (before, after) = (numbers[pair[0]], numbers[pair[1]]);
                graph.followers[before].push(after);
                graph.waiting[after] += 1;
            }
        }
        graph.followers.iter_mut().for_each(|followers| followers.reverse());
        graph.find_ready();
        Some(graph)
    }

    fn find_ready(&mut self) {
        self.ready.extend((0..self.words.len()).filter(|&at| self.waiting[at] == 0 && !self.printed[at]));
    }

    /// The next word that nothing stands before.
    pub fn next(&mut self) -> Option<&'a [u8]> {
        let at = self.ready.pop_front()?;
        self.printed[at] = true;
        self.left -= 1;
        for &follower in &self.followers[at] {
            self.waiting[follower] -= 1;
            if self.waiting[follower] == 0 {
                self.ready.push_back(follower);
            }
        }
        Some(self.words[at])
    }

    /// When only words in loops are left, and those behind them: finds a loop, takes one of its pairs away and answers
    /// its words.
    pub async fn break_loop(&mut self, call: &Call) -> Option<Vec<&'a [u8]>> {
        if self.left == 0 {
            return None;
        }
        // A chain is followed backwards: whatever stands before its head becomes the head, the words being gone through
        // in their order again and again, until one comes up that is in the chain already.
        let mut below: Vec<Option<usize>> = vec![None; self.words.len()];
        let mut head: Option<usize> = None;
        loop {
            for at in 0..self.words.len() {
                call.tick().await;
                if self.waiting[at] == 0 {
                    continue;
                }
                let Some(first) = head else {
                    head = Some(at);
                    continue;
                };
                let Some(pair) = self.followers[at].iter().position(|follower| *follower == first) else {
                    continue;
                };
                if below[at].is_none() {
                    below[at] = Some(first);
                    head = Some(at);
                    continue;
                }
                let mut words = vec![self.words[first]];
                let mut current = first;
                while current != at
                    && let Some(next) = below[current]
                {
                    words.push(self.words[next]);
                    current = next;
                }
                self.followers[at].remove(pair);
                self.waiting[first] -= 1;
                self.find_ready();
                return Some(words);
            }
        }
    }
}
