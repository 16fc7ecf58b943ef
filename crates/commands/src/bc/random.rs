//! The numbers of `random()`: the additive generator of the C library, from its first seed.

use std::collections::VecDeque;

/// How many numbers a new one is made of, at most.
const DEGREE: usize = 31;

/// The generator.
pub struct Random {
    /// The last numbers, the oldest first.
    state: VecDeque<u32>,
}

impl Default for Random {
    fn default() -> Random {
        let mut seed: i64 = 1;
        let mut state = VecDeque::with_capacity(DEGREE + 1);
        for _ in 0..DEGREE {
            state.push_back(seed as u32);
            seed = seed * 16807 % 0x7fff_ffff;
        }
        // The sums start three places further on.
        state.rotate_left(3);
        let mut random = Random { state };
        (0..10 * DEGREE).for_each(|_| {
            random.next();
        });
        random
    }
}

impl Random {
    /// The next number, of 31 bits.
    pub fn next(&mut self) -> u32 {
        let oldest = self.state.pop_front().unwrap_or(0);
        let newer = self.state.get(self.state.len() - 3).copied().unwrap_or(0);
        let sum = oldest.wrapping_add(newer);
        self.state.push_back(sum);
        sum >> 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_the_c_library() {
        let mut random = Random::default();
        let numbers: Vec<u32> = (0..4).map(|_| random.next()).collect();
        assert_eq!(numbers, [1_804_289_383, 846_930_886, 1_681_692_777, 1_714_636_915]);
    }
}
