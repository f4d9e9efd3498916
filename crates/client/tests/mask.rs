//! What is taken for a secret: published test card numbers, the registry's example IBANs, passwords and codes in the
//! languages of the widget.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

use deskbell_client::mask::{SecretKind, mask};
use deskbell_protocol::MessageText;

fn masked(text: &str) -> (String, Vec<SecretKind>) {
    let masked = mask(&MessageText::new(text).unwrap());
    for span in &masked.spans {
        let mask = &masked.text.as_str()[span.range.clone()];
        assert!(mask.starts_with("•••"), "{text}: {mask}");
    }
    let kinds = masked.spans.iter().map(|span| span.kind).collect();
    (masked.text.into(), kinds)
}

#[track_caller]
fn is_masked(text: &str, kind: SecretKind, expected: &str) {
    assert_eq!(masked(text), (expected.to_owned(), vec![kind]), "{text}");
}

/// From the test pages of Stripe, Adyen, PayPal, Braintree and Worldpay.
const CARDS: [&str; 42] = [
    "4242424242424242",
    "4000056655665556",
    "4111111111111111",
    "4012888888881881",
    "4222222222222",
    "4988438843884305",
    "4166676667666746",
    "4917610000000000003",
    "5555555555554444",
    "2223003122003222",
    "5200828282828210",
    "5105105105105100",
    "2222400070000005",
    "5555341244441115",
    "2720990000000007",
    "378282246310005",
    "371449635398431",
    "378734493671000",
    "370000000000002",
    "6011111111111117",
    "6011000990139424",
    "6011981111111113",
    "6445644564456445",
    "6011601160116611",
    "3056930009020004",
    "36227206271667",
    "30569309025904",
    "38520000023237",
    "36006666333344",
    "3566002020360505",
    "3530111333300000",
    "3569990010095841",
    "6200000000000005",
    "6200000000000047",
    "6205500000000000004",
    "6243030000000001",
    "6759649826438453",
    "6771798021000008",
    "6703444444444449",
    "5000550000000029",
    "6062826786276634",
    "9792030394440796",
];

#[test]
fn the_networks_test_card_numbers_are_masked_but_for_the_last_four_digits() {
    for number in CARDS {
        let tail = &number[number.len() - 4..];
        let expected = format!("my card is •••• {tail}, thanks");
        let text = format!("my card is {number}, thanks");
        is_masked(&text, SecretKind::Card, &expected);
        let (head, rest) = number.split_at(4);
        for gap in [" ", "-", " - ", "\u{a0}", "–"] {
            let groups: Vec<_> = rest
                .as_bytes()
                .chunks(4)
                .map(|it| str::from_utf8(it).unwrap())
                .collect();
            let text = format!("{head}{gap}{}", groups.join(gap));
            is_masked(&text, SecretKind::Card, &format!("•••• {tail}"));
        }
    }
}

#[test]
fn card_numbers_are_found_in_other_groups_digits_and_places() {
    for (text, expected) in [
        ("3782 822463 10005", "•••• 0005"),
        ("3056 930902 5904", "•••• 5904"),
        ("Karte:4242 4242 4242 4242.", "Karte:•••• 4242."),
        ("(4242424242424242)", "(•••• 4242)"),
        ("4242 4242 4242 4242 12/27", "•••• 4242 12/27"),
        ("12 4242424242424242", "12 •••• 4242"),
        ("卡号4242424242424242谢谢", "卡号•••• 4242谢谢"),
        ("٤٢٤٢ ٤٢٤٢ ٤٢٤٢ ٤٢٤٢", "•••• ٤٢٤٢"),
        ("４２４２４２４２４２４２４２４２", "•••• ４２４２"),
        ("• 4242 4242 4242 4242", "• •••• 4242"),
        (
            "order 4242424242424242 is my card",
            "order •••• 4242 is my card",
        ),
    ] {
        is_masked(text, SecretKind::Card, expected);
    }
}

#[test]
fn a_cards_check_number_is_masked_with_it() {
    let (text, kinds) = masked("4242 4242 4242 4242, 12/27, CVC 123");
    assert_eq!(text, "•••• 4242, 12/27, CVC •••");
    assert_eq!(kinds, [SecretKind::Card, SecretKind::Card]);
    is_masked("CVV: 4321", SecretKind::Card, "CVV: •••");
}

/// One per country, from the examples of the IBAN registry.
const IBANS: &str = "AL47212110090000000235698741 AD1200012030200359100100 AT611904300234573201 AZ21NABZ00000000137010001944 \
    BH67BMAG00001299123456 BE68539007547034 BA391290079401028494 BR1800360305000010009795493C1 BG80BNBG96611020345678 \
    CR05015202001026284066 HR1210010051863000160 CY17002001280000001200527600 CZ6508000000192000145399 DK5000400440116243 \
    DO28BAGR00000001212453611324 TL380080012345678910157 EE382200221020145685 FO6264600001631634 FI2112345600000785 \
    FR1420041010050500013M02606 GE29NB0000000101904917 DE89370400440532013000 GI75NWBK000000007099453 \
    GR1601101250000000012300695 GL8964710001000206 GT82TRAJ01020000001210029690 HU42117730161111101800000000 \
    IS140159260076545510730339 IE29AIBK93115212345678 IL620108000000099999999 IT60X0542811101000000123456 \
    JO94CBJO0010000000000131000302 KZ86125KZT5004100100 XK051212012345678906 KW81CBKU0000000000001234560101 \
    LV80BANK0000435195001 LB62099900000001001901229114 LI21088100002324013AA LT121000011101001000 LU280019400644750000 \
    MK07250120000058984 MT84MALT011000012345MTLCAST001S MR1300020001010000123456753 MU17BOMM0101101030300200000MUR \
    MC5811222000010123456789030 MD24AG000225100013104168 ME25505000012345678951 NL91ABNA0417164300 NO9386011117947 \
    PK36SCBL0000001123456702 PS92PALS000000000400123456702 PL61109010140000071219812874 PT50000201231234567890154 \
    QA58DOHB00001234567890ABCDEFG RO49AAAA1B31007593840000 SM86U0322509800000000270100 SA0380000000608010167519 \
    RS35260005601001611379 SK3112000000198742637541 SI56263300012039086 ES9121000418450200051332 SE4550000000058398257466 \
    CH9300762011623852957 TN5910006035183598478831 TR330006100519786457841326 AE070331234567890123456 \
    GB29NWBK60161331926819 VA59001123000012345678 VG96VPVG0000012345678901 UA213223130000026007233566001 \
    SC18SSCB11010000000000001497USD LC55HEMM000100010012001200023015 SV62CENR00000000000000700025 \
    BY13NBRB3600900000002Z00AB00 IQ98NBIQ850123456789012 EG380019000500000000263180002 LY83002048000020100120361";

#[test]
fn the_registrys_example_ibans_are_masked_written_together_in_fours_and_in_small_letters() {
    for iban in IBANS.split_whitespace() {
        let tail = &iban[iban.len() - 4..];
        is_masked(
            &format!("to {iban}."),
            SecretKind::Iban,
            &format!("to •••• {tail}."),
        );
        let fours: Vec<_> = iban
            .as_bytes()
            .chunks(4)
            .map(|it| str::from_utf8(it).unwrap())
            .collect();
        is_masked(&fours.join(" "), SecretKind::Iban, &format!("•••• {tail}"));
        let small = fours.join("-").to_lowercase();
        is_masked(
            &small,
            SecretKind::Iban,
            &format!("•••• {}", tail.to_lowercase()),
        );
    }
}

#[test]
fn an_iban_with_a_wrong_digit_or_length_is_not_one() {
    for text in [
        "DE89370400440532013001",
        "DE8937040044053201300",
        "DE893704004405320130000",
        "XX89370400440532013000",
        "GB29NWBK6O161331926819",
    ] {
        assert_eq!(masked(text), (text.to_owned(), vec![]), "{text}");
    }
}

#[test]
fn passwords_are_masked_altogether() {
    for (text, expected) in [
        ("my password is hunter2", "my password is ••••"),
        ("My password is Secret1!", "My password is ••••"),
        ("my password is sunshine", "my password is ••••"),
        ("my password was swordfish.", "my password was ••••."),
        ("my password is 'blue sky'", "my password is '••••'"),
        ("pw: letmein", "pw: ••••"),
        ("PW=qwerty77", "PW=••••"),
        (
            "login sam, pwd: tr0ub4dor&3, please look",
            "login sam, pwd: ••••, please look",
        ),
        (
            "password for my account is abc12345",
            "password for my account is ••••",
        ),
        (
            "password on your site is abc12345",
            "password on your site is ••••",
        ),
        (
            "password to the shop: abc12345",
            "password to the shop: ••••",
        ),
        (
            "{\"user\": \"sam\", \"password\": \"correct horse\"}",
            "{\"user\": \"sam\", \"password\": \"••••\"}",
        ),
        ("**Password:** x7y8z9", "**Password:** ••••"),
        (
            "I am sam with password abc12345 and cannot log in",
            "I am sam with password •••• and cannot log in",
        ),
        ("Passwort: Geheim123", "Passwort: ••••"),
        (
            "Mein Passwort lautet Sommer2024!",
            "Mein Passwort lautet ••••",
        ),
        ("Kennwort ist „rote Rose“", "Kennwort ist „••••“"),
        ("mon mot de passe est azerty12", "mon mot de passe est ••••"),
        ("mdp : azerty", "mdp : ••••"),
        ("mi contraseña es gato1234", "mi contraseña es ••••"),
        ("la mia password è gatto123", "la mia password è ••••"),
        ("minha senha é gato1234", "minha senha é ••••"),
        ("mijn wachtwoord is kaas1234", "mijn wachtwoord is ••••"),
        ("mitt lösenord är katt1234", "mitt lösenord är ••••"),
        ("passordet mitt er fjord123", "passordet mitt er ••••"),
        ("min adgangskode er smør1234", "min adgangskode er ••••"),
        ("salasanani on kissa123", "salasanani on ••••"),
        ("moje hasło to kotek123", "moje hasło to ••••"),
        ("moje heslo je kocka123", "moje heslo je ••••"),
        ("a jelszavam: macska", "a jelszavam: ••••"),
        ("parola mea este pisica12", "parola mea este ••••"),
        ("Мой ПАРОЛЬ: кошка123", "Мой ПАРОЛЬ: ••••"),
        (
            "ο κωδικός πρόσβασης είναι gata1234",
            "ο κωδικός πρόσβασης είναι ••••",
        ),
        ("şifrem kedi1234", "şifrem ••••"),
        ("كلمة المرور هي abc12345", "كلمة المرور هي ••••"),
        ("הסיסמה שלי: abc12345", "הסיסמה שלי: ••••"),
        ("मेरा पासवर्ड abc12345 है", "मेरा पासवर्ड •••• है"),
        ("mật khẩu là meo12345", "mật khẩu là ••••"),
        ("我的密码是abc12345", "我的密码是••••"),
        ("パスワードは abc12345 です", "パスワードは •••• です"),
        ("비밀번호는 abc12345", "비밀번호는 ••••"),
        ("my PIN is 4821", "my PIN is ••••"),
        ("PIN: 48213", "PIN: ••••"),
        ("code pin 4821", "code pin ••••"),
    ] {
        is_masked(text, SecretKind::Password, expected);
    }
}

#[test]
fn one_time_codes_are_masked_altogether() {
    for (text, expected) in [
        ("the code is 123456", "the code is ••••"),
        ("OTP 482913", "OTP ••••"),
        (
            "your verification code: 482913",
            "your verification code: ••••",
        ),
        ("my code is 4829", "my code is ••••"),
        (
            "the code you sent me is 48291374",
            "the code you sent me is ••••",
        ),
        ("I got code 482913 by SMS", "I got code •••• by SMS"),
        ("security code 4829", "security code ••••"),
        ("one-time code = 482 913", "one-time code = ••••"),
        ("482913 is my code", "•••• is my code"),
        ("482-913 is your login code", "•••• is your login code"),
        ("the 2FA code was 2024", "the 2FA code was ••••"),
        (
            "for my order the verification code 482913",
            "for my order the verification code ••••",
        ),
        ("Der Code lautet 482913", "Der Code lautet ••••"),
        ("Bestätigungscode: 482913", "Bestätigungscode: ••••"),
        ("mTAN 482913", "mTAN ••••"),
        ("TAN: 482913", "TAN: ••••"),
        (
            "code de vérification : 482913",
            "code de vérification : ••••",
        ),
        ("code de vérification 4829", "code de vérification ••••"),
        ("mi código es 482913", "mi código es ••••"),
        (
            "código de verificación 482913",
            "código de verificación ••••",
        ),
        (
            "il codice di verifica è 482913",
            "il codice di verifica è ••••",
        ),
        ("verificatiecode 482913", "verificatiecode ••••"),
        ("engångskod 482913", "engångskod ••••"),
        ("vahvistuskoodi 482913", "vahvistuskoodi ••••"),
        ("kod weryfikacyjny: 482913", "kod weryfikacyjny: ••••"),
        ("ověřovací kód 482913", "ověřovací kód ••••"),
        ("КОД подтверждения 482913", "КОД подтверждения ••••"),
        ("doğrulama kodum 482913", "doğrulama kodum ••••"),
        ("رمز التحقق: ٤٨٢٩١٣", "رمز التحقق: ••••"),
        ("我的验证码是482913", "我的验证码是••••"),
        ("認証コードは 482913 です", "認証コードは •••• です"),
        ("인증번호 482913", "인증번호 ••••"),
    ] {
        is_masked(text, SecretKind::Code, expected);
    }
}

#[test]
fn several_secrets_of_a_message_are_told_in_its_order() {
    let (text, kinds) =
        masked("pw: hunter22\n4242 4242 4242 4242\nDE89 3704 0044 0532 0130 00 and OTP 482913");
    assert_eq!(text, "pw: ••••\n•••• 4242\n•••• 3000 and OTP ••••");
    assert_eq!(
        kinds,
        [
            SecretKind::Password,
            SecretKind::Card,
            SecretKind::Iban,
            SecretKind::Code
        ]
    );
}
