//! How handles are cut into buckets: each large enough that whoever fetches it is one of many, and
//! few enough for a manifest. spec:GL-4-BUCKETS

use glimpse_core::credential::MAX_BUCKETS;
use glimpse_core::ids::Handle;

/// The least rows of a bucket where there are so many: a wallet that fetches one is one of so many.
pub const BUCKET_ROWS: u64 = 1024;
/// Comfortably less than a reader of buckets takes.
const MOST_ROWS: u64 = 60_000;

/// Bounds of a bucket's rows.
#[derive(Clone, Copy)]
struct Bounds {
    /// With fewer it joins the one before.
    least: u64,
    /// With more another one begins.
    most: u64,
}

impl Bounds {
    fn new(total: u64, is_new: bool) -> Self {
        let least = BUCKET_ROWS.max(total.div_ceil(MAX_BUCKETS as u64));
        // An eighth more, so that some can be revoked before the plan must change.
        let cut = least + least / 8;
        // A plan that stands changes only where it must: each change is a bucket signed again.
        let most = if is_new { cut } else { 4 * cut };
        Self {
            least,
            most: most.clamp(least, MOST_ROWS.max(least)),
        }
    }
}

/// Cuts ascending handles into buckets, as before where that still does.
pub(super) struct Cutter {
    bounds: Bounds,
    before: std::iter::Peekable<std::vec::IntoIter<Vec<u8>>>,
    starts: Vec<Vec<u8>>,
    rows: u64,
}

impl Cutter {
    /// For so many handles, with the buckets' starts from before, if there was a plan.
    pub(super) fn new(total: u64, before: Vec<Vec<u8>>) -> Self {
        Self {
            bounds: Bounds::new(total, before.is_empty()),
            before: before.into_iter().peekable(),
            // The first bucket takes whatever comes first, now and later.
            starts: vec![Vec::new()],
            rows: 0,
        }
    }

    /// The next handle.
    pub(super) fn push(&mut self, handle: Handle) {
        let mut passed = None;
        while let Some(start) = self
            .before
            .next_if(|start| start.as_slice() <= handle.0.as_slice())
        {
            passed = Some(start).filter(|start| !start.is_empty());
        }
        if let Some(start) = passed.filter(|_| self.rows >= self.bounds.least) {
            self.begin(start);
        } else if self.rows >= self.bounds.most {
            self.begin(handle.0.to_vec());
        }
        self.rows += 1;
    }

    fn begin(&mut self, start: Vec<u8>) {
        self.starts.push(start);
        self.rows = 0;
    }

    /// Where the buckets begin.
    pub(super) fn finish(mut self) -> Vec<Vec<u8>> {
        // The last one takes what is left over.
        if self.rows < self.bounds.least && self.starts.len() > 1 {
            self.starts.pop();
        }
        self.starts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn handle(number: u64) -> Handle {
        // Spread over all values, as random ones are, and ascending.
        Handle((number << 20).to_be_bytes())
    }

    fn cut(handles: &[Handle], before: &[Vec<u8>]) -> Vec<Vec<u8>> {
        let mut cutter = Cutter::new(handles.len() as u64, before.to_vec());
        handles.iter().for_each(|handle| cutter.push(*handle));
        cutter.finish()
    }

    fn sizes(handles: &[Handle], starts: &[Vec<u8>]) -> Vec<usize> {
        let of = |number: usize| {
            let within = |h: &&Handle| {
                h.0.as_slice() >= starts[number].as_slice()
                    && starts
                        .get(number + 1)
                        .is_none_or(|end| h.0.as_slice() < end.as_slice())
            };
            handles.iter().filter(within).count()
        };
        (0..starts.len()).map(of).collect()
    }

    #[test]
    fn buckets_have_at_least_1024_rows_and_no_manifest_has_more_than_1024_buckets() {
        for total in [
            0, 1, 1023, 1151, 1152, 2175, 2176, 2303, 2304, 50_000, 1_500_000,
        ] {
            let handles: Vec<_> = (0..total).map(handle).collect();
            let starts = cut(&handles, &[]);
            assert!(starts.len() <= 1024 && starts[0].is_empty());
            if total <= 50_000 {
                let sizes = sizes(&handles, &starts);
                assert_eq!(sizes.iter().sum::<usize>() as u64, total);
                assert!(
                    sizes.len() == 1 || sizes.iter().all(|s| *s >= 1024),
                    "{total}"
                );
                assert!(sizes.iter().all(|size| *size < 1152 + 1024));
            }
        }
    }

    #[test]
    fn a_plan_stands_while_it_can() {
        let handles: Vec<_> = (0..50_000).map(handle).collect();
        let starts = cut(&handles, &[]);
        assert_eq!(cut(&handles, &starts), starts);
        // Some are revoked and some are new: nothing moves.
        let fewer: Vec<_> = handles.iter().skip(3).step_by(1).copied().collect();
        assert_eq!(cut(&fewer, &starts), starts);
        let mut more = handles.clone();
        more.extend((0..2000).map(|n| Handle(((n << 20) + 1u64).to_be_bytes())));
        more.sort_unstable();
        assert_eq!(cut(&more, &starts), starts);
    }

    #[test]
    fn a_bucket_that_shrinks_joins_another_and_the_others_stand() {
        let handles: Vec<_> = (0..50_000).map(handle).collect();
        let starts = cut(&handles, &[]);
        // Two hundred of the fourth bucket go.
        let from = 3 * 1152;
        let gone = from..from + 200;
        let numbered = handles.iter().enumerate();
        let fewer = numbered.filter(|(number, _)| !gone.contains(number));
        let fewer: Vec<_> = fewer.map(|(_, handle)| *handle).collect();
        let changed = cut(&fewer, &starts);
        let mut expected = starts.clone();
        expected.remove(4);
        assert_eq!(changed, expected);
        assert!(sizes(&fewer, &changed).iter().all(|size| *size >= 1024));
    }

    #[test]
    fn a_bucket_that_grows_is_cut_before_no_reader_takes_it() {
        let before = cut(&(0..5).map(handle).collect::<Vec<_>>(), &[]);
        assert_eq!(before.len(), 1);
        let handles: Vec<_> = (0..200_000).map(handle).collect();
        let sizes = sizes(&handles, &cut(&handles, &before));
        assert!(sizes.len() > 1 && sizes.iter().all(|size| (1024..8192).contains(size)));
    }

    #[test]
    fn the_most_holders_that_a_manifest_takes() {
        let bounds = Bounds::new(50_000_000, true);
        assert!(bounds.most >= bounds.least && bounds.most < 1 << 16);
        assert!(50_000_000 / bounds.most < 1024);
    }
}
