//! Prints the native digest: `pricing-parity [SEED] [CARTS]`, by default seed 1 and 100 000 carts.

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let seed = arguments.next().map_or(Ok(1), |text| text.parse());
    let carts = arguments.next().map_or(Ok(100_000), |text| text.parse());
    match (seed, carts, arguments.next()) {
        (Ok(seed), Ok(carts), None) => {
            println!("{:016x}", pricing_parity::digest(seed, carts));
            ExitCode::SUCCESS
        }
        _ => {
            eprintln!("usage: pricing-parity [SEED] [CARTS], both whole numbers");
            ExitCode::from(2)
        }
    }
}
