//! Live holders as issuance leaves them, made cheaply: their B0 are multiples of one point.

use glimpse_core::curve::{G1, Suite};
use glimpse_core::ids::SchemaId;
use glimpse_core::test_rng::TestRng;
use glimpse_issuer::Office;
use glimpse_issuer::store::{Cell, StoreError};
use rand_core::Rng;

/// Adds so many live holders; returns their handles. The same seed makes the same ones.
pub fn populate(office: &Office, schema: SchemaId, count: usize, seed: u64) -> Vec<[u8; 8]> {
    let mut rng = TestRng::new(seed);
    let step = Suite::Sha256.hash_to_curve(&seed.to_be_bytes(), b"synthetic holders");
    let key = office.current_key();
    let (mut point, mut handles) = (G1::identity(), Vec::with_capacity(count));
    let sql = "INSERT INTO holders (handle, schema, key, b0, issued, reference)
               VALUES ($1, $2, $3, $4, $5, $6)";
    while handles.len() < count {
        // So many points share one inversion, and so many rows one transaction.
        let mut points: Vec<_> = (0..(count - handles.len()).min(10_000))
            .map(|_| {
                point = point + step;
                point
            })
            .collect();
        G1::normalize(points.iter_mut().collect());
        let added = office.store().write(|tx| {
            for point in &points {
                let mut handle = [0; 8];
                rng.fill_bytes(&mut handle);
                handles.push(handle);
                let row = [
                    Cell::from(&handle),
                    Cell::from(&schema.0),
                    Cell::from(&key.0),
                    Cell::from(&point.to_octets()),
                    Cell::from(0i64),
                    Cell::from(""),
                ];
                tx.execute(sql, &row)?;
            }
            Ok::<_, StoreError>(())
        });
        if let Err(error) = added {
            panic!("adding holders: {error}");
        }
    }
    handles
}
