//! Who may do what: the roles, the things staff do, and the one table that joins them (R40).

use serde::{Deserialize, Serialize};

/// What an account is allowed to be. An account has one role.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    strum::IntoStaticStr,
    strum::VariantArray,
    strum::EnumString,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Role {
    Customer,
    /// Sees everything that staff see and changes nothing.
    ReadOnly,
    Orders,
    Catalogue,
    Owner,
}

/// One thing that staff do. A function of the admin asks for exactly one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Permission {
    ViewOrders,
    ManageOrders,
    ViewCatalogue,
    ManageCatalogue,
    ViewCustomers,
    ManageCustomers,
    ManageStaff,
    ViewAudit,
}

impl Role {
    pub const STAFF: [Self; 4] = [Self::Owner, Self::Catalogue, Self::Orders, Self::ReadOnly];

    /// As stored and as sent by forms.
    pub const fn key(self) -> &'static str {
        self.into_str()
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Customer => "Customer",
            Self::ReadOnly => "Read only",
            Self::Orders => "Orders",
            Self::Catalogue => "Catalogue",
            Self::Owner => "Owner",
        }
    }

    pub const fn is_staff(self) -> bool {
        !matches!(self, Self::Customer)
    }

    /// The table. What is not listed is not allowed.
    pub const fn may(self, permission: Permission) -> bool {
        use Permission as P;
        match self {
            Self::Customer => false,
            Self::ReadOnly => {
                matches!(permission, P::ViewOrders | P::ViewCatalogue | P::ViewCustomers)
            }
            Self::Orders => {
                matches!(
                    permission,
                    P::ViewOrders
                        | P::ManageOrders
                        | P::ViewCatalogue
                        | P::ViewCustomers
                        | P::ManageCustomers
                )
            }
            Self::Catalogue => {
                matches!(permission, P::ViewOrders | P::ViewCatalogue | P::ManageCatalogue)
            }
            Self::Owner => true,
        }
    }
}

impl Permission {
    /// As the security log names it.
    pub const fn key(self) -> &'static str {
        self.into_str()
    }
}

#[cfg(test)]
mod tests {
    use strum::VariantArray as _;

    use super::*;

    #[test]
    fn r40_acc_9_the_table_is_this_one() {
        use Permission::*;
        let allowed = |role: Role| {
            Permission::VARIANTS.iter().copied().filter(|p| role.may(*p)).collect::<Vec<_>>()
        };
        assert_eq!(allowed(Role::Customer), []);
        assert_eq!(allowed(Role::ReadOnly), [ViewOrders, ViewCatalogue, ViewCustomers]);
        assert_eq!(
            allowed(Role::Orders),
            [ViewOrders, ManageOrders, ViewCatalogue, ViewCustomers, ManageCustomers]
        );
        assert_eq!(allowed(Role::Catalogue), [ViewOrders, ViewCatalogue, ManageCatalogue]);
        assert_eq!(allowed(Role::Owner), Permission::VARIANTS);
    }

    #[test]
    fn r41_a_role_is_read_from_its_own_key_alone() {
        for role in Role::VARIANTS.iter().copied() {
            assert_eq!(role.key().parse::<Role>().ok(), Some(role));
            assert_eq!(serde_json::to_value(role).unwrap(), role.key());
        }
        for other in ["", "admin", "Owner", "owner ", "staff"] {
            assert_eq!(other.parse::<Role>().ok(), None, "{other}");
        }
    }
}
