//! Questions over D-Bus that start nothing and wait for nobody: only who is there is asked.

use zbus::{
    Connection, Proxy,
    fdo::DBusProxy,
    names::BusName,
    proxy::{Builder, CacheProperties},
};

/// An object of a service, and the interface through which it is asked.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    pub service: &'static str,
    pub object: &'static str,
    pub interface: &'static str,
}

/// Whether somebody has the name of `service`. Asking somebody who has not would have the bus start them.
pub async fn is_there(bus: &Connection, service: &'static str) -> zbus::Result<bool> {
    Ok(DBusProxy::new(bus).await?.name_has_owner(BusName::try_from(service)?).await?)
}

/// What can be asked at `place`, which is asked anew each time.
pub async fn at(bus: &Connection, place: Place) -> zbus::Result<Proxy<'static>> {
    let Place { service, object, interface } = place;
    let builder = Builder::new(bus).destination(service).path(object).interface(interface);
    builder.cache_properties(CacheProperties::No).build().await
}
