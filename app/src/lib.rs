//! The pages: from data to HTML.
//!
//! A page is an ordinary function from plain data to a view; it is rendered on the server, once, and needs no script. Where
//! a page comes from stands in one table, [`routes`]: each address with what it needs of the policy and the handler that
//! asks the backend and shows the answer. A form posts to the address of an operation; when it is refused the same page
//! comes back with everything that was typed and a sentence at each field.
//!
//! Nothing here opens a transaction or decides a rule; nothing here is compiled to WebAssembly.

pub use account::{holds_sealed, open_sealed, prove_again, sign_in_again};
pub use pages::frames;
pub use pages::handling::{Answer, Form, PROOF, Request, local_path, refused};
pub use pages::limits;
pub use pages::preferences::preferred;
pub use pages::refusals::{Misuse, misuse_page, refusal_page};
pub use pages::route;
pub use pages::site_map::{Needs, SiteMap};
pub use pages::ui::{Assets, Nonce, Theme, Ui};
pub use pages::whose::take_whose;

use pages::route::Route;
use std::sync::LazyLock;

/// Every route, area by area.
#[must_use]
pub fn routes() -> Vec<Route> {
    let areas = [
        account::routes(),
        oversight::routes(),
        papers::routes(),
        portal::routes(),
        service::routes(),
        station::routes(),
    ];
    areas.concat()
}

/// Which pages there are: the table, as far as a page may know it.
#[must_use]
pub fn site_map() -> SiteMap {
    static MAP: LazyLock<SiteMap> = LazyLock::new(|| {
        SiteMap::new(routes().iter().filter(|route| !route.posts()).map(|route| (route.path, route.needs)).collect())
    });
    *MAP
}
