//! Who is in the demo. Every name, place and number is invented.

use domain::access::Role;
use domain::packs::Pack;

/// The district's administrator.
pub(super) const ADMIN: &str = "叶知秋";
/// The evaluators.
pub(super) const EVALUATORS: [&str; 2] = ["林以衡", "何述真"];

/// A post in an organisation.
pub(super) struct StaffPost {
    pub(super) name: &'static str,
    pub(super) roles: &'static [Role],
}

/// The same eight posts in every organisation.
pub(super) const STAFF: &[StaffPost] = &[
    StaffPost { name: "head", roles: &[Role::Head] },
    StaffPost { name: "supervisor", roles: &[Role::Supervisor] },
    StaffPost { name: "worker1", roles: &[Role::SocialWorker] },
    StaffPost { name: "worker2", roles: &[Role::SocialWorker] },
    StaffPost { name: "counsellor", roles: &[Role::Counsellor, Role::SocialWorker] },
    StaffPost { name: "intake", roles: &[Role::Intake] },
    StaffPost { name: "finance", roles: &[Role::Finance, Role::Materials] },
    StaffPost { name: "archivist", roles: &[Role::Archivist] },
];

/// An organisation of the demo.
pub(super) struct OrganisationPlan {
    pub(super) slug: &'static str,
    pub(super) name: &'static str,
    pub(super) operator: &'static str,
    pub(super) area: &'static str,
    pub(super) street: &'static str,
    pub(super) pack: Pack,
    pub(super) about: &'static str,
    pub(super) address: &'static str,
    pub(super) phone: &'static str,
    /// Short name, name, what it is.
    pub(super) services: &'static [(&'static str, &'static str, &'static str)],
    pub(super) staff: [&'static str; 8],
    /// One person more, at a post that the others do not have.
    pub(super) besides: (StaffPost, &'static str),
}

impl OrganisationPlan {
    /// Everybody who works here, each at a post.
    pub(super) fn people(&self) -> impl Iterator<Item = (&StaffPost, &'static str)> {
        STAFF.iter().zip(self.staff).chain([(&self.besides.0, self.besides.1)])
    }
}

/// One organisation for each pack.
pub(super) const ORGANISATIONS: &[OrganisationPlan] = &[
    OrganisationPlan {
        slug: "qs01",
        name: "榕树街道社会工作站",
        operator: "青榕社会工作服务中心",
        area: "榕树街道",
        street: "榕树街道",
        pack: Pack::S,
        about: "面向榕树街道居民，重点服务独居长者、困境儿童和低保家庭。",
        address: "青榕区榕树街道榕园路 5 号二楼",
        phone: "0990-8123001",
        services: &[
            ("escort", "长者陪诊", "陪同独居、行动不便的长者就医，协助挂号、取药和复诊。"),
            ("family", "家庭支持", "帮助遇到困难的家庭梳理问题、链接资源、改善沟通。"),
            ("relief", "救助申请协助", "协助低保、临时救助等政策的申请和跟进。"),
        ],
        staff: ["陈立榕", "周映雪", "李慕安", "王怀之", "赵清和", "黄知言", "吴守一", "郑文徽"],
        besides: (StaffPost { name: "auditor", roles: &[Role::Auditor] }, "严律己"),
    },
    OrganisationPlan {
        slug: "fl01",
        name: "青榕区社会福利院",
        operator: "青榕区社会福利院",
        area: "青榕区",
        street: "福园街道",
        pack: Pack::W,
        about: "为特困老人、孤残人员提供照护和康复服务。",
        address: "青榕区福园路 18 号",
        phone: "0990-8123002",
        services: &[
            ("care", "日间照护", "白天的生活照料、康复训练和文娱活动。"),
            ("rehab", "居家康复指导", "康复师上门评估并指导家属进行日常训练。"),
        ],
        staff: ["梁景行", "罗若谷", "宋思远", "唐有为", "许明净", "邓长青", "冯岁安", "曹书简"],
        besides: (StaffPost { name: "nurse", roles: &[Role::Nurse] }, "阮慈航"),
    },
    OrganisationPlan {
        slug: "et01",
        name: "小榕芽儿童服务中心",
        operator: "榕芽公益发展中心",
        area: "青榕区",
        street: "榕树街道",
        pack: Pack::C,
        about: "为留守儿童、困境儿童及其家庭提供成长陪伴和支持。",
        address: "青榕区书院街 9 号",
        phone: "0990-8123003",
        services: &[
            ("growth", "成长陪伴", "每周一次的个别陪伴，关注学习、情绪和同伴关系。"),
            ("parents", "亲子沟通支持", "帮助家长和孩子更好地说话和相处。"),
        ],
        staff: ["苏念慈", "卢望舒", "蒋朝阳", "蔡予安", "丁可期", "魏言蹊", "薛满仓", "叶存档"],
        besides: (StaffPost { name: "quality", roles: &[Role::Quality] }, "程公衡"),
    },
    OrganisationPlan {
        slug: "sq01",
        name: "竹溪社区服务中心",
        operator: "青榕区竹溪社区居民委员会",
        area: "竹溪社区",
        street: "竹溪镇",
        pack: Pack::K,
        about: "一站式受理居民的各类服务需求，便民、助老、助残、文化和法律。",
        address: "青榕区竹溪路 66 号",
        phone: "0990-8123004",
        services: &[
            ("window", "综合帮办", "不清楚找谁的事，由中心帮助受理、转办和跟进。"),
            ("elder", "助老服务", "助餐、助浴、助行和定期探访。"),
            ("law", "法律咨询", "由驻点律师提供婚姻、赡养、劳动等方面的咨询。"),
        ],
        staff: ["方守正", "石见素", "姚听雨", "谭归远", "廖晴川", "邹一诺", "熊有余", "金卷舒"],
        besides: (StaffPost { name: "volunteer", roles: &[Role::Volunteer] }, "洪助邻"),
    },
    OrganisationPlan {
        slug: "xl01",
        name: "青榕区未成年人心理辅导站",
        operator: "知微心理服务中心",
        area: "青榕区",
        street: "竹溪镇",
        pack: Pack::P,
        about: "为 6 至 18 岁未成年人及其家长提供心理咨询、疏导和家庭支持。",
        address: "青榕区学府路 3 号",
        phone: "0990-8123005",
        services: &[
            ("counsel", "心理咨询", "由心理咨询师提供的个别咨询，每次 50 分钟。"),
            ("support", "心理疏导", "面对考试、人际和情绪困扰时的短程支持。"),
        ],
        staff: ["顾心远", "孟静深", "秦望北", "白露生", "江疏影", "史可信", "段知数", "侯藏书"],
        besides: (StaffPost { name: "security", roles: &[Role::InformationSecurity] }, "傅求真"),
    },
];

/// Surnames and given names of those who are served.
pub(super) const SURNAMES: &[&str] = &[
    "王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙", "马", "朱", "胡", "郭", "何", "高", "林",
    "罗", "欧阳", "司徒",
];
/// Given names of grown-ups.
pub(super) const GIVEN: &[&str] = &[
    "桂兰", "秀英", "建国", "志强", "玉珍", "国华", "淑芬", "德福", "惠芳", "永康", "金水", "美莲", "长根", "翠萍",
    "守义", "月娥", "振邦", "彩霞", "福生", "素琴", "大勇", "丽华", "明亮", "春花", "敏",
];
/// Given names of children.
pub(super) const YOUNG: &[&str] = &[
    "子涵", "雨桐", "浩然", "欣怡", "宇轩", "诗琪", "乐乐", "梓萱", "俊熙", "可馨", "一鸣", "思彤", "小北", "安安",
    "嘉树",
];
/// Streets.
pub(super) const STREETS: &[&str] = &["榕园路", "竹溪路", "书院街", "福园路", "学府路", "渡口巷", "荷塘街", "新桥路"];
