//! The words of the way in: how far a person has come, what a one-time link is for, what happens to an account.

choice! {
    /// How far a session has come. Only the last two open anything.
    pub enum SignInStage {
        Code     = "code",     "等待动态验证码", "Code awaited";
        SetUp    = "set_up",   "等待设置二次验证", "Second factor to be set up";
        Password = "password", "密码",           "Password";
        Both     = "both",     "密码和动态验证码", "Password and code";
    }
}

impl SignInStage {
    /// Whether the person is in.
    #[must_use]
    pub const fn is_in(self) -> bool {
        matches!(self, Self::Password | Self::Both)
    }
}

choice! {
    /// What a one-time link lets its person do.
    pub enum LinkPurpose {
        Password     = "password",      "设置密码",     "Choose a password";
        SecondFactor = "second_factor", "重设二次验证", "Set up the second factor anew";
    }
}

choice! {
    /// What happens to an account. Accounts stand above the organisations, so none of their chains has it: a neighbour
    /// would read there when somebody works elsewhere.
    pub enum AccountEvent {
        SignedIn        = "signed_in",         "登录",               "Signed in";
        FailedBefore    = "failed_before",     "此前有人输错过密码", "Wrong passwords before";
        RecoveryUsed    = "recovery_used",     "用备用码通过验证",   "A recovery code used";
        PasswordChanged = "password_changed",  "修改密码",           "Password changed";
        PasswordSet     = "password_set",      "用链接设置密码",     "Password chosen by a link";
        FactorSet       = "factor_set",        "启用二次验证",       "Second factor set up";
        FactorRemoved   = "factor_removed",    "停用二次验证",       "Second factor removed";
        FactorReset     = "factor_reset",      "用链接重设二次验证", "Second factor reset by a link";
        CodesRenewed    = "codes_renewed",     "重新生成备用码",     "Recovery codes renewed";
        LinkMade        = "link_made",         "生成一次性链接",     "One-time link made";
        SessionsEnded   = "sessions_ended",    "结束其他登录",       "Other sessions ended";
    }
}
