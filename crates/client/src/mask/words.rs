//! The words around secrets, in lower case and separated by commas: lists of lists would weigh more.

/// The length of the entry of `table` that `word` begins with, or is, if `whole`.
pub fn entry(table: &str, word: &[char], whole: bool) -> Option<usize> {
    let (mut len, mut fits) = (0, true);
    for c in table.chars().chain([',']) {
        if c != ',' {
            fits = fits && word.get(len) == Some(&c);
            len += 1;
        } else if fits && (!whole || len == word.len()) {
            return Some(len);
        } else {
            (len, fits) = (0, true);
        }
    }
    None
}

/// Whether `word` is in `table`.
pub fn has(table: &str, word: &[char]) -> bool {
    entry(table, word, true).is_some()
}

/// Whether `word` begins with an entry of `table`.
pub fn begins(table: &str, word: &[char]) -> bool {
    entry(table, word, false).is_some()
}

/// What passwords are called; of names with several words the one that is left when the others are not looked at.
pub const PASSWORD: &str = "password,pw,pwd,passphrase,passwort,kennwort,passe,mdp,contraseña,contrasena,clave,senha,parola,wachtwoord,\
    lösenord,lösenordet,passord,passordet,adgangskode,adgangskoden,salasana,salasanani,hasło,heslo,jelszavam,\
    parolă,парола,пароль,lozinka,slaptažodis,parool,şifre,şifrem,sifre,parolam,πρόσβασης,sandi,khẩu,סיסמה,\
    المرور,السر,पासवर्ड,パスワード,비밀번호,密码,密碼";

/// Those behind which an English "is" may be followed by a plain word.
pub const PASSWORD_ENGLISH: &str = "password,pw,pwd,passphrase";

/// Between a name and its value: "is", also in the past.
pub const IS: &str = "is,was,ist,war,lautet,est,es,è,e,é,este,er,är,on,to,je,yra,ir,είναι,это,є,це,adalah,là,هي,هو,है,は,是,为,은,는";

/// Words that only say more about the name before them: "password for your shop is …", "parola mea este …".
pub const ABOUT: &str = "for,to,of,on,at,in,für,zu,zum,bei,pour,de,du,para,do,di,del,per,voor,van,till,til,for,för,pro,na,\
    для,от,за,mea,mitt,mit,min,שלי,\
    number,nummer,nr";

/// Beginnings of what is said about a password that is not one.
pub const NOT_PASSWORD: &str = "wrong,incorr,right,invalid,expir,lock,forg,lost,gone,reset,outdat,hack,chang,secur,strong,same,tempor,\
    requir,need,miss,empty,unknown,reject,refus,accept,work,fail,fine,long,short,hard,this,that,what,fals,\
    ungült,abgelauf,gesperr,vergess,verlor,nicht,oubli,olvid,perdid,inválid,scadut,sbagliat,bloc,dimentic,\
    esquec,verkeerd,verlop,vergeten,n/a";

/// What a one-time code is called so that nothing else can be meant.
pub const CODE_SURELY: &str = "otp,2fa,passcode,mtan,geheimzahl";

/// The same in scripts that run words together.
pub const CODE_INSIDE: &str = "認証コード,验证码,인증번호,인증코드";

/// What any code is called, also at the end of a compound.
pub const CODE: &str =
    "code,kode,kod,kód,código,codigo,codice,cod,codul,koodi,kodum,код,kodas,kods,tan,رمز,קוד";

/// What a personal identification number is called.
pub const PIN: &str = "pin,pincode";

/// What a card's check number is called.
pub const CARD_CHECK: &str = "cvc,cvv,cvc2,cvv2";

/// Beginnings of the words that make a one-time code of a code.
pub const ONE_TIME: &str = "verif,vérif,confirm,conferm,auten,authent,secur,sécur,segur,sicur,sicherheit,bestätig,einmal,login,access,\
    accès,sms,otp,2fa,time,factor,beveilig,bevestig,engång,engang,säkerhet,bekreft,bekræft,vahvist,weryfik,\
    jednor,ověř,potvrd,ellenőrz,doğrula,onay,підтвер,подтвер,التحقق,אימות";

/// Beginnings of the words that make a discount of it. It has to arrive as it is.
pub const DISCOUNT: &str = "discount,coupon,promo,voucher,gift,rabat,gutschein,descuento,desconto,cupón,sconto,réduc,korting,kupon,\
    kupong,скид,промо,sale,off";

/// Beginnings of the words that make something else of a code, which has to arrive as well.
pub const OTHER_CODE: &str = "zip,post,prod,arti,item,sku,ean,bar,qr,model,colo,farb,order,bestell,commande,pedido,ordin,заказ,замов,\
    track,parcel,sendung,paket,colis,error,fehler,erreur,status,area,country,dial,phone,telef,custom,kund,\
    client,member,booking,invoice,rechnung,factur,door,gate,entr,locker,pick,tür,porte,price,preis,size,sort,\
    shipping,return,retour,shop,store";
